import * as z from '../schema'
import { LoadError } from '../errors'
import { refuse, type Layer } from './layer'

/** Which output is meant: that of the layer's use with that number. */
export interface Reference {
  readonly layer: string
  readonly use: number
}

/** The layers of a model and how they are connected. */
export interface Topology {
  readonly input: Reference
  /** Height, width and channels; null is any size. */
  readonly inputShape: readonly (number | null)[]
  readonly output: Reference
  readonly layerOf: (reference: Reference) => Layer
  readonly inputsOf: (reference: Reference) => readonly Reference[]
}

const referenceSchema = z.pipe(
  z.tuple([z.string(), z.int().check(z.minimum(0)), z.literal(0)], z.unknown()),
  z.transform(([layer, use]): Reference => ({ layer, use })),
)

const sizeSchema = z.nullable(z.int().check(z.minimum(1)))

const layerSchema = z.looseObject({
  class_name: z.string(),
  config: z.looseObject({
    name: z.string(),
    // Photos at a time, which mean nothing here: what is converted takes any number.
    batch_input_shape: z.optional(z.tuple([sizeSchema], sizeSchema)),
  }),
  // Not looked into before the layer's class is known to be supported, as others have other connections, too.
  inbound_nodes: z._default(z.array(z.unknown()), []),
})

type LayerEntry = z.infer<typeof layerSchema>

const one = z.tuple([referenceSchema], 'only models with one input and one output are supported')

const functionalSchema = z.looseObject({
  class_name: z.enum(['Model', 'Functional']),
  config: z.looseObject({ layers: z.array(layerSchema), input_layers: one, output_layers: one }),
})

const sequentialSchema = z.looseObject({
  class_name: z.literal('Sequential'),
  // Keras before 2.2.3 wrote only the list of layers.
  config: z.pipe(
    z.union([z.looseObject({ layers: z.array(layerSchema) }), z.array(layerSchema)]),
    z.transform((config) => (Array.isArray(config) ? config : config.layers)),
  ),
})

const modelSchema = z.discriminatedUnion(
  'class_name',
  [functionalSchema, sequentialSchema],
  'only Sequential and functional models are supported',
)

/**
 * Reads the topology as TensorFlow.js or Keras 2 writes it.
 *
 * @throws LoadError MODEL_INVALID
 */
export function readTopology(json: Readonly<Record<string, unknown>>): Topology {
  // Keras wraps the model with its version and training.
  const parsed = modelSchema.safeParse(json['model_config'] ?? json)
  if (!parsed.success) {
    throw invalid(`is not as expected:\n${z.prettifyError(parsed.error)}`)
  }
  if (parsed.data.class_name === 'Sequential') return fromSequential(parsed.data.config)
  const { layers, input_layers, output_layers } = parsed.data.config
  return toTopology(layers, input_layers[0], output_layers[0])
}

/** The same model with its connections written out, and the input layer that is often left out. */
function fromSequential(entries: readonly LayerEntry[]): Topology {
  const [first] = entries
  if (first === undefined) throw invalid('has no layers')
  const input = { class_name: 'InputLayer', config: { ...first.config, name: '(input)' } }
  const layers = first.class_name === 'InputLayer' ? entries : [input, ...entries]
  const references = layers.map(({ config }) => ({ layer: config.name, use: 0 }))
  const connected = layers.map((layer, index) => ({
    ...layer,
    inbound_nodes: index === 0 ? [] : [[[layers[index - 1]?.config.name, 0, 0, {}]]],
  }))
  return toTopology(connected, references[0], references.at(-1))
}

function toTopology(
  entries: readonly LayerEntry[],
  input: Reference | undefined,
  output: Reference | undefined,
): Topology {
  const byName = new Map(entries.map((entry) => [entry.config.name, entry]))
  const entryOf = ({ layer }: Reference): LayerEntry => {
    const entry = byName.get(layer)
    if (entry === undefined) throw invalid(`has no layer ${layer}`)
    return entry
  }
  if (input === undefined || output === undefined) throw invalid('has no layers')
  const [, ...inputShape] = entryOf(input).config.batch_input_shape ?? [null]
  return {
    input,
    inputShape,
    output,
    layerOf: (reference) => toLayer(entryOf(reference)),
    inputsOf: (reference) => connectionsOf(entryOf(reference), reference.use),
  }
}

function toLayer({ class_name: className, config }: LayerEntry): Layer {
  return { name: config.name, className, config }
}

function connectionsOf(entry: LayerEntry, use: number): Reference[] {
  const parsed = z.array(referenceSchema).check(z.minLength(1)).safeParse(entry.inbound_nodes[use])
  if (parsed.success) return parsed.data
  throw refuse(toLayer(entry), 'its inbound_nodes are not as TensorFlow.js and Keras 2 write them')
}

function invalid(what: string): LoadError {
  return new LoadError('MODEL_INVALID', `the model's topology ${what}`)
}
