import assert from 'node:assert/strict'
import { DivergedError, requireConverging } from '../../model-training/diverged-error'

const EPOCH = { epoch: 3, loss: 27.7, accuracy: 0.2, validationLoss: 1.6, validationAccuracy: 0.2 }

describe('requireConverging', () => {
  it('lets losses of a training pass', () => {
    for (const losses of [{}, { loss: 0 }, { loss: 900 }, { validationLoss: 22.1 }]) {
      assert.doesNotThrow(() => {
        requireConverging({ ...EPOCH, ...losses })
      })
    }
  })

  for (const worthless of [NaN, Infinity, -Infinity, 9e28, -9e28]) {
    for (const key of ['loss', 'validationLoss'] as const) {
      it(`throws where the ${key} is ${worthless}, and names both and the epoch`, () => {
        const losses = { ...EPOCH, [key]: worthless }
        assert.throws(
          () => {
            requireConverging(losses)
          },
          (error: Error) => {
            assert.ok(error instanceof DivergedError)
            const { loss, validationLoss } = losses
            const told = `in epoch 3 its loss is ${loss}, on the validation part ${validationLoss};`
            assert.ok(error.message.includes(told), error.message)
            return true
          },
        )
      })
    }
  }
})
