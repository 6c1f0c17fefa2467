import * as z from './schema'
import { parseJson } from './parse-json'

const manifestSchema = z.looseObject({
  format: z.optional(z.unknown()),
  modelTopology: z.looseObject({}),
  weightsManifest: z.array(
    z.looseObject({
      paths: z.array(
        z.string().check(
          z.regex(/^(?!\.+$)[A-Za-z0-9._-]+$/, 'a weights path is a plain file name'),
          z.refine(
            (path) => path !== 'model.json' && path !== 'card.json',
            'a weights path is neither model.json nor card.json',
          ),
        ),
      ),
      weights: z.array(
        z.looseObject({
          name: z.string(),
          shape: z.array(z.int().check(z.minimum(0))),
          dtype: z.enum(['float32', 'int32', 'bool', 'uint8', 'uint16', 'float16']),
          quantization: z.optional(
            z.looseObject({
              dtype: z.enum(['uint8', 'uint16', 'float16']),
              scale: z.optional(z.number()),
              min: z.optional(z.number()),
            }),
          ),
        }),
      ),
    }),
  ),
})

/** What TensorFlow.js reads of a graph without looking whether it is there. */
const graphSchema = z.looseObject({
  modelTopology: z.looseObject({
    node: z.array(z.looseObject({ name: z.string(), op: z.string() })),
    versions: z.looseObject({}),
  }),
})

/** `model.json` of a TensorFlow.js model. */
type Manifest = z.infer<typeof manifestSchema>

/** Name, shape, type and, where they are stored smaller, quantisation of one weight tensor. */
export type WeightSpec = Manifest['weightsManifest'][number]['weights'][number]

interface WeightsManifest {
  readonly weightSpecs: readonly WeightSpec[]
  /** Names of the weights' files, in their order. */
  readonly shards: readonly string[]
}

/** What a layers model's `model.json` says. */
export interface LayersManifest extends WeightsManifest {
  readonly format: 'layers-model'
  /** The Keras topology as TensorFlow.js saves it. */
  readonly topology: Readonly<Record<string, unknown>>
}

/** What a graph model's `model.json` says. */
export interface GraphManifest extends WeightsManifest {
  readonly format: 'graph-model'
  readonly graph: Graph
}

/** TensorFlow's list of nodes, and the signature beside it: all of `model.json` but what it says of weights. */
export type Graph = Readonly<Record<string, unknown>> & {
  readonly modelTopology: Readonly<Record<string, unknown>>
}

/**
 * Reads a TensorFlow.js model's `model.json`.
 *
 * @param path names the file in errors
 * @throws LoadError MODEL_INVALID
 */
export function readManifest(modelJson: Uint8Array, path: string): LayersManifest | GraphManifest {
  const { weightsManifest, ...others } = parseJson(manifestSchema, modelJson, path)
  const { format, modelTopology: topology } = others
  const weights = {
    weightSpecs: weightsManifest.flatMap((group) => group.weights),
    shards: weightsManifest.flatMap((group) => group.paths),
  }
  // A list of nodes is a graph model's, whatever its format says.
  if (format !== 'graph-model' && !('node' in topology)) {
    return { format: 'layers-model', topology, ...weights }
  }
  parseJson(graphSchema, modelJson, path)
  return { format: 'graph-model', graph: others, ...weights }
}
