/** Names of the layers that training takes hold of. */
export const FEATURES_LAYER = 'features'
export const LOGITS_LAYER = 'logits'

/** What a network is built for; the same options build the same one. */
export interface NetworkOptions {
  /** Width and height of the input. */
  readonly size: number
  readonly labelCount: number
  /** Decides the first weights. */
  readonly seed: number
  /** Multiplies every layer's width; tests train a quarter of it. */
  readonly widthFactor?: number
}
