import type { OnnxAttribute, OnnxConstant, OnnxGraph, OnnxNode, OnnxTensor } from './onnx-graph'

interface Node {
  /** What the node's output is to be called; a number is added where the name is taken. */
  readonly name: string
  readonly operator: string
  readonly inputs: readonly string[]
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>
}

interface Signature {
  readonly name: string
  readonly input: OnnxTensor
  readonly output: OnnxTensor
}

/** An ONNX graph that grows node by node; every node has one output, and every name is used once. */
export class Graph {
  readonly #nodes: OnnxNode[] = []
  readonly #constants: OnnxConstant[] = []
  readonly #timesUsed = new Map<string, number>()

  /** Adds a node and returns its output's name. */
  add({ name, operator, inputs, attributes = {} }: Node): string {
    const output = this.#unused(name)
    this.#nodes.push({ output, operator, inputs, attributes })
    return output
  }

  /** Adds a constant of float32 values, which must not change afterwards, and returns its name. */
  addFloats(name: string, values: Float32Array, dimensions: readonly number[]): string {
    return this.#addConstant({ name, values, dimensions })
  }

  /** Adds a constant list of whole numbers, such as a shape, and returns its name. */
  addIntegers(name: string, values: readonly number[]): string {
    const dimensions = [values.length]
    return this.#addConstant({ name, values: BigInt64Array.from(values, BigInt), dimensions })
  }

  /** The graph so far, whose output is the `result` of one of its nodes under another name. */
  finish(result: string, { name, input, output }: Signature): OnnxGraph {
    const last = { output: output.name, operator: 'Identity', inputs: [result], attributes: {} }
    return {
      name,
      nodes: [...this.#nodes, last],
      constants: [...this.#constants],
      input,
      outputs: [output],
    }
  }

  #addConstant(constant: OnnxConstant): string {
    const name = this.#unused(constant.name)
    this.#constants.push({ ...constant, name })
    return name
  }

  #unused(name: string): string {
    const times = (this.#timesUsed.get(name) ?? 0) + 1
    this.#timesUsed.set(name, times)
    return times === 1 ? name : this.#unused(`${name}_${String(times)}`)
  }
}
