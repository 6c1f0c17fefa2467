import type { RawRun } from '../read-run'
import { sumKnown, toCells } from './cells'
import type { ClusterUse } from './report'

/** CPU of each whole cluster while each target was loaded; empty where there are no clusters. */
export function toClusterUse(raw: RawRun): readonly ClusterUse[] {
  return (raw.run.clusters ?? []).flatMap(({ name }) =>
    toCells(raw)
      .filter(({ trials }) => trials.size > 0)
      .map(({ target, concurrency, trials }) => {
        const all = [...trials.values()]
        const seconds = all.reduce((sum, { duration }) => sum + duration / 1000, 0)
        const used = sumKnown(all.map(({ clusterCpuSeconds }) => clusterCpuSeconds?.[name]))
        return {
          cluster: name,
          target,
          concurrency,
          cores: used === null || seconds === 0 ? null : used / seconds,
        }
      }),
  )
}
