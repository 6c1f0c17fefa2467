import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { encodeOnnx } from '../../../inference'
import type { OnnxGraph } from '../../../inference'
import type { FixturePhoto } from '../../fixtures/good-photos'

/** What decoding and predicting could hardly be done in less than. */
export interface Floor {
  readonly predict: {
    /** Of one photo. */
    readonly multiplyAccumulates: number
    /** The highest rate that ONNX Runtime reached on one core: in products of square matrices of several sizes. */
    readonly multiplyAccumulatesPerSecond: number
    /** Of those that it was reached with. */
    readonly matrixSide: number
    readonly cpuMs: number
  }
  /** libjpeg-turbo as native code, with what the processor has for it; decoding alone, nothing is resized to a target. */
  readonly decode:
    | {
        readonly state: 'measured'
        readonly version: string
        readonly denominator: number
        readonly cpuMs: number
      }
    | { readonly state: 'unavailable'; readonly reason: string }
}

const CARD = 'inference/models/photo-net/card.json'
/** Small ones are slowed down by the call, large ones by memory. */
const SIDES = [256, 384, 512, 768]
/** Of each size, and for so many multiply-accumulates: long enough for a clock of microseconds. */
const TIMES = 10
const LEAST_MACS = 3e8

/** Measures the floors of one photo on this machine. */
export async function measureFloor(photo: FixturePhoto): Promise<Floor> {
  const { network, input } = JSON.parse(readFileSync(CARD, 'utf8')) as {
    readonly network: { readonly macs: number }
    readonly input: { readonly width: number; readonly height: number }
  }
  let best = { perSecond: 0, side: 0 }
  for (const side of SIDES) {
    const perSecond = await measureRate(side)
    if (perSecond > best.perSecond) best = { perSecond, side }
  }
  return {
    predict: {
      multiplyAccumulates: network.macs,
      multiplyAccumulatesPerSecond: best.perSecond,
      matrixSide: best.side,
      cpuMs: (network.macs / best.perSecond) * 1000,
    },
    decode: measureNativeDecode(photo.bytes, toDenominator(photo, input)),
  }
}

/** Multiply-accumulates a second of CPU: the best of several products of matrices on one thread. */
async function measureRate(side: number): Promise<number> {
  const session = await InferenceSession.create(encodeOnnx(toProduct(side)), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
  })
  const products = Math.ceil(LEAST_MACS / side ** 3)
  try {
    const fed = { a: new Tensor('float32', new Float32Array(side * side).fill(0.5), [side, side]) }
    let least = Infinity
    for (let i = 0; i < TIMES; i++) {
      const before = process.cpuUsage()
      for (let product = 0; product < products; product++) await session.run(fed)
      const { user, system } = process.cpuUsage(before)
      least = Math.min(least, user + system)
    }
    return ((products * side ** 3) / least) * 1e6
  } finally {
    await session.release()
  }
}

/** A product with a constant, which the library may lay out as it likes beforehand, as it does with weights. */
function toProduct(side: number): OnnxGraph {
  const dimensions = [side, side]
  return {
    name: 'product',
    nodes: [{ output: 'c', operator: 'MatMul', inputs: ['a', 'b'], attributes: {} }],
    constants: [{ name: 'b', values: new Float32Array(side * side).fill(0.5), dimensions }],
    input: { name: 'a', dimensions },
    outputs: [{ name: 'c', dimensions }],
  }
}

interface Size {
  readonly width: number
  readonly height: number
}

/** As codecs/jpeg/jpeg.c chooses it: the smallest size that covers the target. */
export const toDenominator = (photo: Size, target: Size): number =>
  [8, 4, 2].find(
    (denominator) =>
      photo.width >= target.width * denominator && photo.height >= target.height * denominator,
  ) ?? 1

/** By native_jpeg.py, where Python and the library are there. */
export function measureNativeDecode(photo: Uint8Array, denominator: number): Floor['decode'] {
  try {
    const program = join(__dirname, 'native_jpeg.py')
    const told = execFileSync('python3', [program, String(denominator)], {
      input: photo,
      encoding: 'utf8',
      stdio: 'pipe',
    })
    const { version, cpuMs } = JSON.parse(told) as { version: string; cpuMs: number }
    return { state: 'measured', version, denominator, cpuMs }
  } catch (error) {
    // Null where there is no Python at all.
    const { stderr, message } = error as Error & { readonly stderr?: string | null }
    const [why = ''] = (stderr ?? '').trim().split('\n').slice(-1)
    const reason = `${why === '' ? message : why}; Debian: apt-get install python3 libturbojpeg0`
    return { state: 'unavailable', reason }
  }
}
