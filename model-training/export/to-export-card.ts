import {
  OPSET,
  toModelSha256,
  type ModelCard,
  type OnnxConstant,
  type OnnxGraph,
} from '../../inference/index'
import type { ExportRequest } from './export-request'

/** File of an exported model's folder beside the card. */
export const MODEL_FILE = 'model.onnx'

interface ExportFacts extends Pick<ExportRequest, 'name' | 'command' | 'commit'> {
  /** Of the model that was exported. */
  readonly source: ModelCard
  readonly graph: OnnxGraph
  /** The graph's bytes. */
  readonly onnx: Uint8Array
  /** What the new model has other than its source. */
  readonly changes?: Readonly<Record<string, unknown>>
}

/** The card of a model exported to ONNX: its source's, with what follows from the other file. */
export function toExportCard({ name, command, commit, source, graph, onnx, changes }: ExportFacts) {
  const sha256 = toModelSha256([onnx])
  const { network } = source
  return {
    ...source,
    ...(isRecord(network) && {
      network: { ...network, weightsBytes: countBytes(graph.constants) },
    }),
    ...changes,
    name,
    onnx: { opset: OPSET, input: graph.input.name, output: graph.outputs[0]?.name },
    derivedFrom: { name: source.name, sha256: source.sha256, command, commit },
    files: { [MODEL_FILE]: sha256 },
    sha256,
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const countBytes = (constants: readonly OnnxConstant[]): number =>
  constants.reduce((sum, { values }) => sum + values.byteLength, 0)
