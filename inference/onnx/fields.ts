/** One field of an encoded message: a number, or the bytes of a text, a message or packed numbers. */
export interface DecodedField {
  readonly number: number
  /** Of a varint; 0 for what is not one. */
  readonly value: number
  /** Of a length-delimited field, a view; empty for what is none. */
  readonly bytes: Uint8Array
}

const VARINT = 0
const FIXED64 = 1
const LENGTH_DELIMITED = 2
const FIXED32 = 5
const NOTHING = new Uint8Array(0)

/**
 * Reads the fields of a message in Protocol Buffers' wire format (protobuf.dev/programming-guides/encoding), one after
 * the other; nothing is copied.
 *
 * @throws RangeError where the bytes are no such message
 */
export function* fieldsOf(message: Uint8Array): Generator<DecodedField> {
  let at = 0

  function varint(): number {
    let value = 0
    // Arithmetic, as bitwise operators would cut the value to 32 bits; a negative number has ten bytes and is not exact.
    for (let place = 0; place < 10; place++) {
      const byte = message[at++]
      if (byte === undefined) throw new RangeError('the message ends within a number')
      value += (byte % 0x80) * 2 ** (7 * place)
      if (byte < 0x80) return value
    }
    throw new RangeError('a number of the message has no end')
  }

  function take(length: number): Uint8Array {
    const end = at + length
    if (end > message.byteLength) throw new RangeError('the message ends within a field')
    const bytes = message.subarray(at, end)
    at = end
    return bytes
  }

  while (at < message.byteLength) {
    const tag = varint()
    const [number, wireType] = [Math.floor(tag / 8), tag % 8]
    if (wireType === VARINT) yield { number, value: varint(), bytes: NOTHING }
    else if (wireType === LENGTH_DELIMITED) yield { number, value: 0, bytes: take(varint()) }
    else if (wireType === FIXED64 || wireType === FIXED32) take(wireType === FIXED64 ? 8 : 4)
    else throw new RangeError(`the message has a field of the unknown type ${String(wireType)}`)
  }
}
