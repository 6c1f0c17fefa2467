/** A node's setting, in the types that ONNX tells apart. */
export type OnnxAttribute =
  { readonly int: number } | { readonly ints: readonly number[] } | { readonly float: number }

/** One operation, of opset 17. */
export interface OnnxNode {
  /** The name of its one output, and its own. */
  readonly output: string
  readonly operator: string
  readonly inputs: readonly string[]
  readonly attributes: Readonly<Record<string, OnnxAttribute>>
}

/** A constant tensor; its kind of array says which of ONNX' types it has. */
export interface OnnxConstant {
  readonly name: string
  readonly dimensions: readonly number[]
  readonly values: Float32Array | Int8Array | Uint8Array | Int32Array | BigInt64Array
}

/** A float32 tensor that is fed or fetched. */
export interface OnnxTensor {
  readonly name: string
  /** Sizes; a name stands for a size known only when the graph runs, undefined for a shape of which nothing is known. */
  readonly dimensions: readonly (number | string)[] | undefined
}

/** A network as ONNX has it: plain data, in which every name is used once. */
export interface OnnxGraph {
  readonly name: string
  /** Each comes after those that it needs. */
  readonly nodes: readonly OnnxNode[]
  readonly constants: readonly OnnxConstant[]
  readonly input: OnnxTensor
  readonly outputs: readonly OnnxTensor[]
}
