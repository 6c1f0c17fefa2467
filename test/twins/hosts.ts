import { startServer } from '../helpers/server-process'
import type { ServerProcess } from '../helpers/server-process'

/** A host that has to keep the specification. */
export interface Host {
  readonly name: string
  readonly file: string
  readonly env: Readonly<Record<string, string>>
  /** Requests that the host itself spoils before the core sees them, and the status it answers. */
  readonly spoils?: Readonly<Record<string, number>>
}

const KUBELESS = {
  file: 'dist/functions/kubeless/runtime.js',
  env: {
    MOD_NAME: 'handler',
    FUNC_HANDLER: 'classify',
    FUNC_RUNTIME: 'nodejs',
    FUNC_TIMEOUT: '180',
    REQ_MB_LIMIT: '10',
    FUNC_FOLDER: 'dist/functions/kubeless',
  },
}

/** Everything that runs the core; the first one is the yardstick. */
export const HOSTS: readonly Host[] = [
  { name: 'container', file: 'dist/container/main.js', env: {} },
  { name: 'kubeless', ...KUBELESS },
  {
    name: 'kubeless in stock behaviour',
    file: KUBELESS.file,
    env: { ...KUBELESS.env, STOCK_BEHAVIOUR: 'true' },
    // It parses JSON for `event.data` before it calls the function.
    spoils: { 'a photo said to be JSON': 500 },
  },
  { name: 'openfaas', file: 'dist/functions/openfaas/main.js', env: { RAW_BODY: 'true' } },
]

/** Starts a host; WORKERS=2 everywhere, so that machines do not differ. */
export function startHost(
  { file, env }: Host,
  more: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  return startServer({ file, env: { WORKERS: '2', ...env, ...more } })
}
