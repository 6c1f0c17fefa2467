import * as z from './schema'
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
const sizeSchema = z.optional(z.union([z.string(), z.number()]))
const shapeSchema = z.pipe(
  z.looseObject({
    unknownRank: z.optional(z.boolean()),
    dim: z._default(z.array(z.looseObject({ size: sizeSchema })), []),
  }),
  z.transform(({ unknownRank, dim }): Shape => {
    if (unknownRank === true || dim.length === 0) return undefined
    return dim.map(({ size = 0 }) => (Number(size) > 0 ? Number(size) : null))
  }),
)

const tensorsSchema = z._default(
  z.record(z.string(), z.looseObject({ tensorShape: z.optional(shapeSchema) })),
  {},
)

const signatureSchema = z.looseObject({ inputs: tensorsSchema, outputs: tensorsSchema })

const graphSchema = z.looseObject({
  // Where the converter writes it, and where older ones did.
  signature: z.optional(signatureSchema),
  userDefinedMetadata: z.optional(z.looseObject({ signature: z.optional(signatureSchema) })),
  modelTopology: z.looseObject({
    node: z.array(
      z.looseObject({
        op: z.string(),
        attr: z.optional(
          z.looseObject({ shape: z.optional(z.looseObject({ shape: z.optional(shapeSchema) })) }),
        ),
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
