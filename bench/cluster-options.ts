import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { CLUSTERS } from './clusters/compared'
import type { ClusterName } from './clusters/compared'
import { UsageError } from './usage-error'

/** Where the twins run, if that is clusters. */
export interface ClusterOptions {
  /** Of both clusters, absolute; undefined: this machine. */
  readonly kubeconfigs: Readonly<Record<ClusterName, string>> | undefined
  /** Whether the twins are deployed onto the clusters before. */
  readonly deploy: boolean
}

interface Values {
  readonly kubeconfig?: string[]
  readonly deploy?: boolean
  readonly target?: string[]
}

/**
 * Reads --kubeconfig and --deploy.
 *
 * @param setting an option that sets up the twins, if one is given
 * @throws UsageError naming the option and what it accepts
 */
export function toClusters(values: Values, setting: string | undefined): ClusterOptions {
  const texts = values.kubeconfig ?? []
  const { deploy = false } = values
  if (texts.length === 0) {
    if (deploy) throw new UsageError('--deploy deploys onto clusters: name both with --kubeconfig')
    return { kubeconfigs: undefined, deploy }
  }
  if (values.target !== undefined) {
    throw new UsageError('--kubeconfig and --target exclude each other: give one of them')
  }
  const files = new Map(texts.map(toNamedFile))
  const [kubeless, kubernetes] = CLUSTERS.map((name) => files.get(name))
  if (kubeless === undefined || kubernetes === undefined || texts.length !== CLUSTERS.length) {
    throw new UsageError(
      `--kubeconfig is needed once for each of ${CLUSTERS.join(' and ')}, such as ` +
        '--kubeconfig kubeless=FILE --kubeconfig kubernetes=FILE',
    )
  }
  if (setting !== undefined && !deploy) {
    throw new UsageError(`--${setting} sets up the twins, which only --deploy does on clusters`)
  }
  return { kubeconfigs: { kubeless, kubernetes }, deploy }
}

function toNamedFile(text: string): readonly [string, string] {
  const [, name = '', file = ''] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (!CLUSTERS.some((cluster) => cluster === name)) {
    throw new UsageError(`--kubeconfig accepts ${CLUSTERS.join('|')}=FILE, not "${text}"`)
  }
  if (!existsSync(file)) throw new UsageError(`--kubeconfig ${name}: there is no file ${file}`)
  return [name, resolve(file)]
}
