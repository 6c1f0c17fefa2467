import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { loadModel } from '../../../inference/model'
import { toOnnx } from '../../../inference/onnx'
import { COMMITTED_LAYERS_MODELS, COMMITTED_MODELS } from '../../helpers/committed-models'
import { checkOnnx, whyNoOnnxChecker } from '../../helpers/onnx-checker'
import { skipUnless } from '../../helpers/optional'
import { toModel } from '../../helpers/to-model'
import { CONVERTIBLE } from './convertible'
import { KERAS } from './keras'
import { toSequential, withRandomWeights } from './networks'
import { createQuantisable } from './quantisable'
import { quantise } from './quantise'

describe("Python's onnx.checker accepts", () => {
  before(async function () {
    skipUnless(this, await whyNoOnnxChecker())
    await tf.setBackend('cpu')
  })

  it('every network that can be converted', async () => {
    const models = new Map<string, Uint8Array>()
    for (const [name, build] of CONVERTIBLE) {
      const network = build()
      models.set(name, toOnnx(await toModel(network)))
      network.dispose()
    }
    for (const dtype of ['uint8', 'uint16', 'float16'] as const) {
      models.set(dtype, toOnnx(quantise(await toModel(createQuantisable()), dtype)))
    }
    for (const [name, body, change] of KERAS) {
      const model = await toModel(withRandomWeights(toSequential(body())))
      models.set(`Keras: ${name}`, toOnnx({ ...model, topology: change(model.topology) }))
    }
    assert.ok(models.size > 80)
    assert.deepEqual(await checkOnnx(models), {})
  })

  it('every committed model', async () => {
    const models = new Map<string, Uint8Array>()
    for (const { name, folder, engines } of COMMITTED_MODELS) {
      const isOnnx = !engines.includes('wasm')
      models.set(
        name,
        isOnnx ? await readFile(join(folder, 'model.onnx')) : toOnnx(await loadModel(folder)),
      )
    }
    assert.ok(models.has('photo-net') && models.has('photo-net-int8'))
    assert.deepEqual(await checkOnnx(models), {})
  })

  it('not a model whose node takes what nobody gives', async () => {
    const onnx = toOnnx(await loadModel(COMMITTED_LAYERS_MODELS[0]!.folder))
    const text = Buffer.from(onnx).toString('latin1')
    const damaged = Buffer.from(text.replace('pixels', 'pixelz'), 'latin1')
    const refused = await checkOnnx(new Map([['damaged', damaged]]))
    assert.match(refused['damaged'] ?? '', /pixelz/)
  })
})
