import * as z from './schema'

const sha256Sum = z
  .string()
  .check(z.regex(/^[0-9a-f]{64}$/, 'a sha256 sum is 64 hexadecimal digits'))

const perChannel = z.union(
  [z.number(), z.tuple([z.number(), z.number(), z.number()])],
  'one number, or three: of red, green and blue',
)

/** Keys of objects: one that every object has would be lost, or change what the object is. */
const label = z.string().check(
  z.minLength(1),
  z.refine((text) => text !== '__proto__', 'a label cannot be called __proto__'),
)
const some = z.string().check(z.minLength(1))

/** What an SPDX expression looks like, as far as it is looked at. */
export const LICENCE = /^[A-Za-z0-9.+()-][A-Za-z0-9.+() -]{0,199}$/

const inputSchema = z.object({
  width: z.int().check(z.minimum(1), z.maximum(1024)),
  height: z.int().check(z.minimum(1), z.maximum(1024)),
  /** pixel = value * scale + offset, value 0..255; three numbers are of red, green and blue in any channel order. */
  scale: perChannel,
  offset: perChannel,
  channels: z.optional(z.literal(3, 'only models of three channels (colour) are supported')),
  /** rgb unless it says otherwise. */
  channelOrder: z.optional(z.enum(['rgb', 'bgr'])),
  /** Only of ONNX files; nhwc (channels last) unless it says otherwise. */
  layout: z.optional(z.enum(['nhwc', 'nchw'])),
})

/** What `card.json` holds, as far as serving reads it; what an optional field means when it is left out is told there. */
export const cardSchema = z.looseObject({
  name: z.string().check(z.regex(/^[a-z0-9][a-z0-9._-]*$/)),
  labels: z.array(label).check(
    z.minLength(2),
    z.refine((labels) => new Set(labels).size === labels.length, 'labels must differ'),
  ),
  input: inputSchema,
  /** What the model gives: probabilities unless it says otherwise. */
  output: z.optional(z.enum(['probabilities', 'logits'])),
  /** Of an ONNX file: the names of the input and the output; each may be left out where there is only one. */
  onnx: z.optional(z.partial(z.object({ input: some, output: some }))),
  /** An SPDX expression. */
  licence: z.optional(some),
  files: z.record(z.string(), sha256Sum),
  sha256: sha256Sum,
})

/** What a model's folder says of itself: `card.json`, of which serving reads only these fields. */
export type ModelCard = z.infer<typeof cardSchema>

/** Size and normalisation of a model's input. */
export type ModelInput = ModelCard['input']
