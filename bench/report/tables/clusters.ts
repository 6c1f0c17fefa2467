import type { Section, Table } from '../table'
import { toMebibytes } from '../format'
import { numbers, toCell, toNumberCell, words } from '../table'
import type { Report } from '../report'

/** What the clusters are and what they used; undefined where there are none. */
export function toClusterSection({
  clusters,
  cpuChecks,
}: Pick<Report, 'clusters' | 'cpuChecks'>): Section | undefined {
  if (clusters === undefined) return undefined
  return {
    id: 'clusters',
    title: 'The clusters',
    paragraphs: [
      'Every target is reached in the same way: by a port of its node (NodePort). One target is loaded at a time. CPU of a ' +
        'cluster is that of its nodes as their kubelets count it, Kubernetes’ own programs and idle pods included; load ' +
        'generator and clusters may share cores.',
    ],
    tables: [toFactsTable(clusters), ...(cpuChecks ? [toCpuTable(cpuChecks)] : [])],
  }
}

function toFactsTable(clusters: NonNullable<Report['clusters']>): Table {
  const hasMemory = clusters.some(({ usedMemoryBytes }) => usedMemoryBytes !== undefined)
  return {
    id: 'cluster-facts',
    caption: 'The clusters',
    isGrouped: false,
    columns: [
      words('Cluster'),
      words('Kubernetes'),
      numbers('CPUs of a node'),
      numbers('Memory of a node, MiB'),
      words('Kernel'),
      words('Container runtime'),
      words('Driver of minikube'),
      numbers('CPU without load, cores'),
      numbers('CPU while measuring, cores'),
      ...(hasMemory
        ? [numbers('Memory in use without load, MiB'), numbers('Memory in use at the end, MiB')]
        : []),
    ],
    rows: clusters.flatMap(({ name, kubernetes, nodes, cores, usedMemoryBytes }) =>
      nodes.map((node) => [
        toCell(name),
        toCell(kubernetes),
        toNumberCell(node.cpus, String),
        toNumberCell(node.memoryBytes, toMebibytes),
        toCell(node.kernel),
        toCell(node.containerRuntime),
        toCell(node.minikubeDriver),
        toNumberCell(cores.idle),
        toNumberCell(cores.measuring),
        ...(hasMemory
          ? [
              toNumberCell(usedMemoryBytes?.idle ?? null, toMebibytes),
              toNumberCell(usedMemoryBytes?.end ?? null, toMebibytes),
            ]
          : []),
      ]),
    ),
  }
}

function toCpuTable(cpuChecks: NonNullable<Report['cpuChecks']>): Table {
  return {
    id: 'cluster-cpu',
    caption:
      'CPU from the warm-up to the end of the (first) pods, as each target and its kubelet count it',
    isGrouped: false,
    columns: [
      words('Target'),
      numbers('By the target, s'),
      numbers('By the kubelet, s'),
      numbers('While others were loaded, % of a core'),
    ],
    rows: cpuChecks.map(({ target, cpuSeconds, lateCpuSeconds, idleShare }) => [
      toCell(target),
      toNumberCell(cpuSeconds),
      toNumberCell(lateCpuSeconds),
      toNumberCell(idleShare === null ? null : idleShare * 100),
    ]),
  }
}
