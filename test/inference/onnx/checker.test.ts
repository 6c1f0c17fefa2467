import assert from 'node:assert/strict'
import { join } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { loadModel } from '../../../inference/model'
import { toOnnx } from '../../../inference/onnx'
import { checkOnnx, whyNoOnnxChecker } from '../../helpers/onnx-checker'
import { skipUnless } from '../../helpers/optional'
import { toModel } from '../../helpers/to-model'
import { CONVERTIBLE } from './convertible'
import { KERAS } from './keras'
import { toSequential, withRandomWeights } from './networks'
import { createQuantisable } from './quantisable'
import { quantise } from './quantise'

const COMMITTED_MODEL = join(__dirname, '../../../inference/models/photo-net')

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

  it('the committed model', async () => {
    const onnx = toOnnx(await loadModel(COMMITTED_MODEL))
    assert.deepEqual(await checkOnnx(new Map([['photo-net', onnx]])), {})
  })

  it('not a model whose node takes what nobody gives', async () => {
    const onnx = toOnnx(await loadModel(COMMITTED_MODEL))
    const text = Buffer.from(onnx).toString('latin1')
    const damaged = Buffer.from(text.replace('pixels', 'pixelz'), 'latin1')
    const refused = await checkOnnx(new Map([['damaged', damaged]]))
    assert.match(refused['damaged'] ?? '', /pixelz/)
  })
})
