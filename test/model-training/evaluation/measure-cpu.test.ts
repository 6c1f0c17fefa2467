import assert from 'node:assert/strict'
import { measureCpu } from '../../../model-training/evaluation/measure-cpu'
import type { DecoderTool, EngineTool } from '../../../model-training/evaluation/tools'

/** Tools that do nothing but tell what they cost. */
function createTools(calls: string[]) {
  const engine = (name: string, msPerPhoto: number): EngineTool => ({
    ...{ name, version: '1' },
    predict(rgb, times = 1) {
      calls.push(`${name} ${rgb.length}`)
      const probabilities = rgb.map(() => Float32Array.of(1))
      return Promise.resolve({ probabilities, cpuMs: msPerPhoto * rgb.length * times })
    },
  })
  const decoder: DecoderTool = {
    ...{ name: 'decoder', version: '1' },
    decode(photos, times = 1) {
      calls.push('decoder')
      const decoded = photos.map((rgb) => ({ state: 'decoded', rgb }) as const)
      return Promise.resolve({ decoded, cpuMs: 5 * photos.length * times })
    },
  }
  return { engines: [engine('fast', 0.25), engine('slow', 40)], decoders: [decoder] }
}

const photos = [new Uint8Array(3), new Uint8Array(3)]
const NAMES = ['decoder', 'fast 1', 'fast 8', 'slow 1', 'slow 8']

describe('measureCpu', () => {
  it('gives the ms of a photo, whatever the batch and however often it was repeated', async () => {
    const rounds: number[] = []
    const onRound = (round: number) => rounds.push(round)
    const cpu = await measureCpu({ ...createTools([]), photos, seed: 1, onRound })
    assert.equal(cpu.engines['fast']?.batch1.value, 0.25)
    assert.equal(cpu.engines['fast'].batch8.value, 0.25)
    assert.equal(cpu.engines['slow']?.batch8.upper, 40)
    assert.equal(cpu.decoders['decoder']?.value, 5)
    assert.equal(cpu.decoders['decoder'].rounds, 15)
    assert.deepEqual(
      rounds,
      Array.from({ length: 15 }, (_, i) => i + 1),
    )
  })

  it('has every job once a round, in an order that changes with the round and the seed alone', async () => {
    const run = async (seed: number) => {
      const calls: string[] = []
      await measureCpu({ ...createTools(calls), photos, seed, rounds: 6, onRound: () => undefined })
      const last = calls.slice(-30)
      return Array.from({ length: 6 }, (_, i) => last.slice(i * 5, i * 5 + 5))
    }
    const rounds = await run(1)
    for (const round of rounds) assert.deepEqual([...round].sort(), NAMES)
    assert.ok(new Set(rounds.map((round) => round.join())).size > 1)
    assert.deepEqual(await run(1), rounds)
    assert.notDeepEqual(await run(2), rounds)
  })

  it('ends when the time is over, but not before there is an interval', async () => {
    const tools = createTools([])
    const onRound = () => undefined
    const cpu = await measureCpu({ ...tools, photos, seed: 1, timeLimitMs: 0, onRound })
    const { rounds, level } = cpu.decoders['decoder'] ?? {}
    assert.equal(rounds, 6)
    assert.ok((level ?? 0) >= 0.95)
  })
})
