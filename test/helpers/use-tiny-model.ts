import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { loadModel, type LayersModel } from '../../inference/model'
import { writeTinyModel } from './tiny-model'

interface TinyModel {
  readonly folder: string
  readonly model: LayersModel
}

/** The tiny model for the tests of a `describe`, to be asked for within them; its folder goes when they are done. */
export function useTinyModel(): () => TinyModel {
  let tiny: TinyModel | undefined
  before(async () => {
    const folder = await writeTinyModel()
    const model = await loadModel(folder)
    assert.ok(model.format === 'layers-model')
    tiny = { folder, model }
  })
  after(() => tiny && rm(tiny.folder, { recursive: true }))
  return () => tiny ?? assertInTest()
}

function assertInTest(): never {
  throw new Error('the tiny model is there only while tests run')
}
