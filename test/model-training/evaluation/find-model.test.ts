import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { findModel, NoModelError } from '../../../model-training/evaluation/find-model'
import { withFolder } from '../temporary-folder'

const MODELS = resolve(__dirname, '../../../inference/models')

describe('findModel', () => {
  it("finds a model by its name, and a model's folder by its path", async () => {
    assert.equal(resolve(await findModel('photo-net')), resolve(MODELS, 'photo-net'))
    await withFolder({}, async (folder) => {
      assert.equal(await findModel(folder), folder)
    })
  })

  it('names the models there are where there is no such one', async () => {
    for (const name of ['no-such-model', './no/such/folder', __filename, '']) {
      await assert.rejects(findModel(name), (error) => {
        assert.ok(error instanceof NoModelError)
        assert.match(error.message, /no model ".*": --model accepts .*photo-net/)
        return true
      })
    }
  })
})
