import type { EngineName } from '../engine'
import type { Model } from '../model'

/** Why an engine cannot run a model, as far as its format tells; undefined if it may. */
export function refusalOf(engine: EngineName, { format, card }: Model): string | undefined {
  if (format === 'graph-model' && engine === 'onnx') {
    return `model ${card.name} is a graph model, which only the engines tensorflow and wasm run`
  }
  if (format === 'onnx' && engine !== 'onnx') {
    return `model ${card.name} is an ONNX file, which only the engine onnx runs`
  }
  return undefined
}
