import assert from 'node:assert/strict'
import { toWorkMs } from './profile'
import type { CpuProfile, WorkMs } from './profile'

/** A stack from the outermost function to the innermost, each as [source, name]. */
type Stack = readonly (readonly [source: string, functionName: string])[]

/** One sample a stack, and after each of them so many microseconds to the next. */
function toProfile(samples: readonly { readonly stack: Stack; readonly us: number }[]): CpuProfile {
  const nodes: { id: number; callFrame: ReturnType<typeof toFrame>; children: number[] }[] = []
  const add = (url: string, functionName: string): number => {
    nodes.push({ id: nodes.length + 1, callFrame: toFrame(url, functionName), children: [] })
    return nodes.length
  }
  add('', '(root)')
  const ids = samples.map(({ stack }) =>
    stack.reduce((parent, [url, functionName]) => {
      const id = add(url, functionName)
      nodes[parent - 1]!.children.push(id)
      return id
    }, 1),
  )
  const times = samples.map(({ us }) => us)
  const total = times.reduce((sum, us) => sum + us, 0)
  return {
    nodes,
    samples: ids,
    startTime: 1000,
    endTime: 1000 + total,
    timeDeltas: [0, ...times.slice(0, -1)],
  }
}

const toFrame = (url: string, functionName: string) => ({
  url,
  functionName,
  lineNumber: 0,
  columnNumber: 0,
})

const toMs = (samples: Parameters<typeof toProfile>[0], samplingIntervalUs = 1000): WorkMs =>
  toWorkMs(toProfile(samples), { samplingIntervalUs, toSource: ({ url }) => url })

describe("a thread's profile", () => {
  const server = ['serving/server.ts', 'onRequest'] as const
  const emit = ['node:events', 'emit'] as const

  it('counts a sample until the next one, for the innermost function', () => {
    const stack = [server, ['inference/pool.ts', 'classify']] as const
    const work = toMs([
      { stack, us: 300 },
      { stack: [server], us: 200 },
      { stack, us: 100 },
    ])
    assert.deepEqual(work, { handOver: 0.4, http: 0.2 })
  })

  it('gives what says nothing by itself to the innermost caller that does', () => {
    const toNative = [server, ['inference/pool.ts', 'run'], emit, ['', 'postMessage']] as const
    assert.deepEqual(toMs([{ stack: toNative, us: 500 }]), { handOver: 0.5 })
    assert.deepEqual(toMs([{ stack: [['inference/pool.ts', 'run'], server, emit], us: 500 }]), {
      http: 0.5,
    })
  })

  it("gives it to the event loop where nobody does and it is Node's", () => {
    const ticks = ['node:internal/process/task_queues', 'processTicksAndRejections'] as const
    assert.deepEqual(
      toMs([
        { stack: [ticks, emit], us: 400 },
        { stack: [ticks, ['elsewhere.js', 'run']], us: 300 },
      ]),
      { eventLoop: 0.4, other: 0.3 },
    )
  })

  it('leaves out the time in which the thread was idle', () => {
    const work = toMs([
      { stack: [['', '(idle)']], us: 900 },
      { stack: [['', '(program)']], us: 200 },
      { stack: [['', '(garbage collector)']], us: 100 },
    ])
    assert.deepEqual(work, { eventLoop: 0.2, garbageCollection: 0.1 })
  })

  it('counts no more than the interval for a sample that the next one is late after', () => {
    const samples = [
      { stack: [server], us: 4000 },
      { stack: [server], us: 150 },
    ]
    assert.deepEqual(toMs(samples, 200), { http: 0.35 })
  })

  it('tells apart what a codec does', () => {
    const codec = ['inference/decoders/jpeg-codec.ts', 'decode'] as const
    const work = toMs([
      { stack: [codec], us: 100 },
      { stack: [codec, ['wasm', 'decode'], ['wasm', 'decode_mcu']], us: 200 },
      { stack: [codec, ['wasm', 'decode'], ['wasm', 'jpeg_idct_4x4']], us: 300 },
    ])
    assert.deepEqual(work, { rest: 0.1, entropy: 0.2, transform: 0.3 })
  })
})
