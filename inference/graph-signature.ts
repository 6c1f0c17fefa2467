import * as z from 'zod'
import { LoadError } from './errors'
import type { Graph } from './manifest'

/** Sizes of an input or output, the batch first; null is any size, undefined: nothing is known of it. */
type Shape = readonly (number | null)[] | undefined

/** What a graph takes and gives. */
export interface GraphSignature {
  readonly input: Shape
  /** Undefined also where there are several. */
  readonly output: Shape
}

// As protobuf is written in JSON: a number of 64 bits is text, and what is zero may be left out.
const shapeSchema = z
  .looseObject({
    unknownRank: z.boolean().optional(),
    dim: z.array(z.looseObject({ size: z.union([z.string(), z.number()]).optional() })).default([]),
  })
  .transform(({ unknownRank, dim }): Shape => {
    if (unknownRank === true || dim.length === 0) return undefined
    return dim.map(({ size = 0 }) => (Number(size) > 0 ? Number(size) : null))
  })

const tensorsSchema = z
  .record(z.string(), z.looseObject({ tensorShape: shapeSchema.optional() }))
  .default({})

const signatureSchema = z.looseObject({ inputs: tensorsSchema, outputs: tensorsSchema })

const graphSchema = z.looseObject({
  // Where the converter writes it, and where older ones did.
  signature: signatureSchema.optional(),
  userDefinedMetadata: z.looseObject({ signature: signatureSchema.optional() }).optional(),
  modelTopology: z.looseObject({
    node: z.array(
      z.looseObject({
        op: z.string(),
        attr: z
          .looseObject({ shape: z.looseObject({ shape: shapeSchema.optional() }).optional() })
          .optional(),
      }),
    ),
  }),
})

/**
 * Reads what a TensorFlow.js graph model takes and gives: from the signature beside the graph or, where there is none,
 * from the nodes that stand for inputs.
 *
 * @throws LoadError MODEL_INVALID where it is no graph, or has several inputs
 */
export function readGraphSignature(graph: Graph): GraphSignature {
  const parsed = graphSchema.safeParse(graph)
  if (!parsed.success) {
    throw new LoadError(
      'MODEL_INVALID',
      `the graph model is not as expected:\n${z.prettifyError(parsed.error)}`,
    )
  }
  const { signature, userDefinedMetadata, modelTopology } = parsed.data
  // In the order in which TensorFlow.js looks for them.
  const { inputs = {}, outputs = {} } = userDefinedMetadata?.signature ?? signature ?? {}
  const signed = Object.values(inputs).map(({ tensorShape }) => tensorShape)
  const placeholders = modelTopology.node
    .filter(({ op }) => op.startsWith('Placeholder'))
    .map(({ attr }) => attr?.shape?.shape)
  const taken = signed.length > 0 ? signed : placeholders
  if (taken.length !== 1) {
    throw new LoadError(
      'MODEL_INVALID',
      `the model has ${taken.length} inputs; supported are models that take a photo alone`,
    )
  }
  const given = Object.values(outputs)
  return { input: taken[0], output: given.length === 1 ? given[0]?.tensorShape : undefined }
}
