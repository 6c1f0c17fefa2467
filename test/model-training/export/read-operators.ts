import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InferenceSession } from 'onnxruntime-node'

/** How often each operator occurs in what ONNX Runtime makes of a model to run it here. */
export async function readOptimisedOperators(onnx: Uint8Array): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'photo-twin-optimised-'))
  try {
    const optimizedModelFilePath = join(folder, 'model.onnx')
    const options = { optimizedModelFilePath, logSeverityLevel: 3, intraOpNumThreads: 1 } as const
    await (await InferenceSession.create(onnx, options)).release()
    return countOperators(await readFile(optimizedModelFilePath))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** ModelProto.graph (7), GraphProto.node (1), NodeProto.op_type (4). */
function countOperators(onnx: Uint8Array): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const graph of readFields(onnx, 7)) {
    for (const node of readFields(graph, 1)) {
      for (const bytes of readFields(node, 4)) {
        const operator = Buffer.from(bytes).toString()
        counts[operator] = (counts[operator] ?? 0) + 1
      }
    }
  }
  return counts
}

/** The values of the length-delimited fields of that number in a message of Protocol Buffers. */
function readFields(message: Uint8Array, wanted: number): Uint8Array[] {
  const found: Uint8Array[] = []
  let at = 0
  const readVarint = (): number => {
    let value = 0
    for (let unit = 1; ; unit *= 128) {
      const byte = message[at++] ?? 0
      value += (byte % 128) * unit
      if (byte < 128) return value
    }
  }
  while (at < message.length) {
    const tag = readVarint()
    const [number, wireType] = [Math.floor(tag / 8), tag % 8]
    if (wireType === 0) readVarint()
    else if (wireType === 1) at += 8
    else if (wireType === 5) at += 4
    else {
      const end = readVarint() + at
      if (number === wanted) found.push(message.subarray(at, end))
      at = end
    }
  }
  return found
}
