import { join } from 'node:path'
import { MEASURE_TIMEOUT_MS } from './measured'
import type { Namespace } from './namespace'
import { run } from './run'
import type { Ended } from './run'

const ROOT = join(__dirname, '../../..')

/** Runs a program of bench/, as its npm script does. */
export const bench = (file: string, ...args: readonly string[]): Promise<Ended> =>
  run(process.execPath, ['--require', 'ts-node/register', join('bench', file), ...args], {
    cwd: ROOT,
    timeout: MEASURE_TIMEOUT_MS,
  })

/** What names both clusters to it. */
export const toClusterArgs = (
  onKubeless: Namespace,
  onKubernetes: Namespace,
): readonly string[] => [
  ...['--kubeconfig', `kubeless=${onKubeless.kubeconfig}`],
  ...['--kubeconfig', `kubernetes=${onKubernetes.kubeconfig}`],
]
