import type { Pair } from './run'

/** A program of ours as a target of the comparison. */
export interface Twin {
  readonly name: string
  readonly title: string
  /** A bundle of `npm run build`, relative to the project's folder. */
  readonly file: string
  readonly env: Readonly<Record<string, string>>
}

/** The twins are held to what the paper gave its clusters. */
export const LIMITS = { cpus: 2, memoryBytes: 2 * 2 ** 30 }

const CONTAINER = { file: 'dist/container/main.js', env: {} }
const FUNCTION = {
  file: 'dist/functions/kubeless/runtime.js',
  env: {
    FUNC_FOLDER: 'dist/functions/kubeless',
    MOD_NAME: 'handler',
    FUNC_HANDLER: 'classify',
    // Kubeless' own limit, 1 MB, is below the photos of a telephone.
    REQ_MB_LIMIT: '10',
  },
}

/** The columns of the comparison; `container-again` is the container's double, for A/A. */
export const TWINS: readonly Twin[] = [
  { name: 'container', title: 'container', ...CONTAINER },
  { name: 'container-again', title: 'container, a second process', ...CONTAINER },
  { name: 'function', title: 'function on our Kubeless runtime', ...FUNCTION },
  {
    name: 'stock-function',
    title: "function that does at every call what Kubeless' stock runtime does",
    file: FUNCTION.file,
    env: { ...FUNCTION.env, STOCK_BEHAVIOUR: 'true' },
  },
]

export const TWIN_COMPARISONS: readonly Pair[] = [
  { a: 'function', b: 'container' },
  { a: 'stock-function', b: 'container' },
]

export const TWIN_AA: Pair = { a: 'container-again', b: 'container' }
