/** Protocol Buffers' wire format (protobuf.dev/programming-guides/encoding), as much of it as ONNX needs. */

/** One encoded field. Its chunks are copied only once, when the whole message is encoded. */
export interface Field {
  readonly byteLength: number
  readonly chunks: readonly Uint8Array[]
}

const VARINT = 0
const LENGTH_DELIMITED = 2
const FIXED32 = 5

/** A field with a whole number from 0 to 2^53 - 1: negative ones would take ten bytes, and ONNX needs none here. */
export function integer(number: number, value: number): Field {
  return toField([Uint8Array.from([...tag(number, VARINT), ...varint(value)])])
}

/** A field with a 32-bit float. */
export function float(number: number, value: number): Field {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setFloat32(0, value, true)
  return toField([Uint8Array.from(tag(number, FIXED32)), bytes])
}

/** A field with text, as UTF-8. */
export function text(number: number, value: string): Field {
  return bytes(number, new TextEncoder().encode(value))
}

/** A field with bytes, which are not copied before `encode` and must not change until then. */
export function bytes(number: number, value: Uint8Array): Field {
  return delimited(number, value.byteLength, [value])
}

/** A field with a message of its own. */
export function message(number: number, fields: readonly Field[]): Field {
  return delimited(number, lengthOf(fields), chunksOf(fields))
}

/** The bytes of a whole message. */
export function encode(fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  const encoded = new Uint8Array(lengthOf(fields))
  let offset = 0
  for (const chunk of chunksOf(fields)) {
    encoded.set(chunk, offset)
    offset += chunk.byteLength
  }
  return encoded
}

function delimited(number: number, byteLength: number, chunks: readonly Uint8Array[]): Field {
  const header = Uint8Array.from([...tag(number, LENGTH_DELIMITED), ...varint(byteLength)])
  return toField([header, ...chunks])
}

function toField(chunks: readonly Uint8Array[]): Field {
  return { byteLength: chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0), chunks }
}

function lengthOf(fields: readonly Field[]): number {
  return fields.reduce((sum, field) => sum + field.byteLength, 0)
}

function chunksOf(fields: readonly Field[]): Uint8Array[] {
  return fields.flatMap((field) => field.chunks)
}

function tag(number: number, wireType: number): number[] {
  return varint(number * 8 + wireType)
}

function varint(value: number): number[] {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${String(value)} is no whole number from 0 to 2^53 - 1`)
  }
  const septets: number[] = []
  let rest = value
  // Arithmetic, as bitwise operators would cut the value to 32 bits.
  while (rest >= 0x80) {
    septets.push((rest % 0x80) + 0x80)
    rest = Math.floor(rest / 0x80)
  }
  return [...septets, rest]
}
