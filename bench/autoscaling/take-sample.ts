import type { Cluster } from '../clusters/cluster'
import type { Summary } from '../clusters/observed-objects'
import type { PodSample, Sample } from './run'
import type { Scaled } from './scaled'

interface Where {
  readonly scaled: Scaled
  readonly cluster: Cluster
  /** Of its pods. */
  readonly selector: Readonly<Record<string, string>>
}

/**
 * How many pods a twin has, wants and uses how much of.
 *
 * @throws TargetError if its cluster does not say
 */
export async function takeSample({
  scaled,
  cluster,
  selector,
}: Where): Promise<Pick<Sample, 'wanted' | 'ready' | 'utilization' | 'pods'>> {
  const [deployment, autoscaler, pods] = await Promise.all([
    cluster.readDeployment(scaled.deployment),
    cluster.readAutoscaler(scaled.autoscaler),
    cluster.listPods(selector),
  ])
  const nodes = new Set(pods.flatMap(({ spec }) => spec.nodeName ?? []))
  const summaries = await Promise.all([...nodes].map((node) => cluster.readSummary(node)))
  const [metric] = autoscaler.status.currentMetrics ?? []
  return {
    wanted: deployment.spec.replicas ?? 1,
    ready: deployment.status.readyReplicas ?? 0,
    utilization: metric?.resource?.current.averageUtilization ?? null,
    pods: pods.map(({ metadata }) => toPod(metadata.name, summaries, cluster.namespace)),
  }
}

function toPod(name: string, summaries: readonly Summary[], namespace: string): PodSample {
  const counted = summaries
    .flatMap(({ pods = [] }) => pods)
    .find(({ podRef }) => podRef.name === name && podRef.namespace === namespace)
  const [container] = counted?.containers ?? []
  const { usageCoreNanoSeconds, time } = container?.cpu ?? {}
  return {
    name,
    cpuSeconds: usageCoreNanoSeconds === undefined ? null : usageCoreNanoSeconds / 1e9,
    countedAt: time === undefined ? null : Date.parse(time),
    memoryBytes: container?.memory?.workingSetBytes ?? null,
  }
}
