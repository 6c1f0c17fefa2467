import * as z from 'zod'
import { parseJson } from './parse-json'

const NO_GRAPH_MODEL =
  'a TensorFlow.js graph model is not supported; supported are layers models (tensorflowjs_converter with ' +
  '--output_format=tfjs_layers_model) and ONNX files'

const manifestSchema = z.looseObject({
  format: z
    .unknown()
    .refine((format) => format !== 'graph-model', NO_GRAPH_MODEL)
    .optional(),
  // TensorFlow's list of nodes is a graph model's, whatever its format says.
  modelTopology: z.looseObject({ node: z.undefined(NO_GRAPH_MODEL).optional() }),
  weightsManifest: z.array(
    z.looseObject({
      paths: z.array(
        z
          .string()
          .regex(/^(?!\.+$)[A-Za-z0-9._-]+$/, 'a weights path is a plain file name')
          .refine(
            (path) => path !== 'model.json' && path !== 'card.json',
            'a weights path is neither model.json nor card.json',
          ),
      ),
      weights: z.array(
        z.looseObject({
          name: z.string(),
          shape: z.array(z.int().min(0)),
          dtype: z.enum(['float32', 'int32', 'bool', 'uint8', 'uint16', 'float16']),
          quantization: z
            .looseObject({
              dtype: z.enum(['uint8', 'uint16', 'float16']),
              scale: z.number().optional(),
              min: z.number().optional(),
            })
            .optional(),
        }),
      ),
    }),
  ),
})

/** `model.json` of a TensorFlow.js layers model. */
type Manifest = z.infer<typeof manifestSchema>

/** Name, shape, type and, where they are stored smaller, quantisation of one weight tensor. */
export type WeightSpec = Manifest['weightsManifest'][number]['weights'][number]

/** What a layers model's `model.json` says. */
export interface LayersManifest {
  /** The Keras topology as TensorFlow.js saves it. */
  readonly topology: Readonly<Record<string, unknown>>
  readonly weightSpecs: readonly WeightSpec[]
  /** Names of the weights' files, in their order. */
  readonly shards: readonly string[]
}

/**
 * Reads a layers model's `model.json`.
 *
 * @param path names the file in errors
 * @throws LoadError MODEL_INVALID, also for a graph model
 */
export function readManifest(modelJson: Uint8Array, path: string): LayersManifest {
  const { modelTopology, weightsManifest } = parseJson(manifestSchema, modelJson, path)
  return {
    topology: modelTopology,
    weightSpecs: weightsManifest.flatMap((group) => group.weights),
    shards: weightsManifest.flatMap((group) => group.paths),
  }
}
