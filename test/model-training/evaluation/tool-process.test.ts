import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { loadEngine, loadModel, normalise } from '../../../inference/index'
import {
  startToolProcess,
  ToolError,
  type ToolChoice,
} from '../../../model-training/evaluation/tool-process'
import { NoToolError, startTools } from '../../../model-training/evaluation/tools'
import { skipUnless } from '../../helpers/optional'
import { writeTinyModel } from '../../helpers/tiny-model'
import { renderPhotos } from '../solid-photos'

const SIZE = { width: 32, height: 24 }

describe('an engine or decoder in a process of its own', () => {
  let modelFolder = ''
  before(async () => {
    modelFolder = await writeTinyModel()
  })
  after(() => rm(modelFolder, { recursive: true }))

  const choose = (changes: Partial<ToolChoice>): ToolChoice => ({
    ...{ kind: 'engine', name: 'onnx', modelFolder, signal: undefined, ...changes },
  })

  it('gives what the core gives, and the processor time it took', async () => {
    const tools = await startTools({
      ...{ engines: ['onnx'], decoders: ['sharp'], modelFolder, size: SIZE, signal: undefined },
    })
    try {
      const photos = Object.values(await renderPhotos(1))
      const bad = Buffer.from('no photo')
      const { decoded, cpuMs } = await tools.decoders[0].decode([...photos, bad], 3)
      assert.ok(cpuMs > 0)
      assert.deepEqual(decoded.at(-1), {
        ...{ state: 'failed', reason: 'damaged photo (UNSUPPORTED_PHOTO)' },
      })
      const rgb = decoded.flatMap((one) => (one.state === 'decoded' ? [one.rgb] : []))
      assert.equal(rgb.length, 5)
      const { probabilities } = await tools.engines[0].predict(rgb)
      const model = await loadModel(modelFolder)
      const engine = await loadEngine(model, 'onnx')
      const pixels = new Float32Array(5 * 32 * 24 * 3)
      for (const [i, one] of rgb.entries()) normalise(one, model.card.input, pixels, i)
      const expected = await engine.predict(pixels, 5)
      assert.deepEqual(
        probabilities.flatMap((row) => [...row]),
        [...expected],
      )
      await engine.close()
    } finally {
      await tools.close()
    }
  })

  it('says why it does not load, and others go on without it', async () => {
    await assert.rejects(startToolProcess(choose({ modelFolder: 'absent' })), (error) => {
      assert.ok(error instanceof ToolError)
      assert.match(error.message, /card\.json cannot be read/)
      return true
    })
    const none = { engines: ['onnx'], decoders: ['sharp'], size: SIZE, signal: undefined } as const
    await assert.rejects(startTools({ ...none, modelFolder: 'absent' }), (error) => {
      assert.ok(error instanceof NoToolError)
      assert.match(error.message, /^no engine could be loaded \(onnx: .*card\.json/)
      return true
    })
  })

  it('that does not know its task says so, and answers the next one', async () => {
    const tool = await startToolProcess(choose({ kind: 'decoder', name: 'sharp' }))
    try {
      await assert.rejects(
        tool.ask({ kind: 'predict', rgb: [], times: 1 }),
        /the decoder sharp: a decoder predicts nothing/,
      )
      const answer = await tool.ask({ kind: 'decode', photos: [], ...SIZE, times: 1 })
      assert.equal(answer.kind, 'decode')
    } finally {
      await tool.close()
    }
  })

  it('leaves Ctrl-C, which a terminal sends to all, to the process that started it', async function () {
    const list = `/proc/self/task/${process.pid}/children`
    skipUnless(this, existsSync(list) ? undefined : 'the system does not list child processes')
    const before = new Set(readFileSync(list, 'utf8').split(' '))
    const tool = await startToolProcess(choose({ kind: 'decoder', name: 'sharp' }))
    try {
      const started = readFileSync(list, 'utf8').split(' ')
      const [pid] = started.filter((one) => !before.has(one)).map(Number)
      if (pid === undefined) throw new Error('no process was started')
      process.kill(pid, 'SIGINT')
      // The first answer may be on its way before the signal is there.
      for (let time = 0; time < 5; time += 1) {
        const answer = await tool.ask({ kind: 'decode', photos: [], ...SIZE, times: 1 })
        assert.equal(answer.kind, 'decode')
      }
    } finally {
      await tool.close()
    }
  })

  it('that was aborted rejects with the reason, at work and before', async () => {
    const controller = new AbortController()
    const tool = await startToolProcess(
      choose({ kind: 'decoder', name: 'jimp', signal: controller.signal }),
    )
    try {
      const photo = await readFile(__filename)
      const asked = tool.ask({ kind: 'decode', photos: [photo], ...SIZE, times: 1_000_000 })
      controller.abort(new Error('enough'))
      await assert.rejects(asked, /enough/)
    } finally {
      await tool.close()
    }
    await assert.rejects(startToolProcess(choose({ signal: controller.signal })), /enough/)
  })
})
