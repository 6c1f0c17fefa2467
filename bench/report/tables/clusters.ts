import type { Section, Table } from '../table'
import { toMebibytes } from '../format'
import { numbers, toCell, toNumberCell, words } from '../table'
import type { Report } from '../report'

/** What the clusters are and what they used; undefined where there are none. */
export function toClusterSection(report: Report): Section | undefined {
  const { clusters } = report
  if (clusters === undefined) return undefined
  return {
    id: 'clusters',
    title: 'The clusters',
    paragraphs: [
      'Every target is reached in the same way: by a port of its node (NodePort). One target is loaded at a time. CPU of a ' +
        'cluster is that of its nodes as their kubelets count it, Kubernetes’ own programs and idle pods included; load ' +
        'generator and clusters may share cores.',
    ],
    tables: [toFactsTable(clusters), toUseTable(report, clusters)],
  }
}

function toFactsTable(clusters: NonNullable<Report['clusters']>): Table {
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
    ],
    rows: clusters.flatMap(({ name, kubernetes, nodes }) =>
      nodes.map((node) => [
        toCell(name),
        toCell(kubernetes),
        toNumberCell(node.cpus, String),
        toNumberCell(node.memoryBytes, toMebibytes),
        toCell(node.kernel),
        toCell(node.containerRuntime),
        toCell(node.minikubeDriver),
      ]),
    ),
  }
}

function toUseTable({ clusterUse = [] }: Report, clusters: NonNullable<Report['clusters']>): Table {
  const [first] = clusters
  const cells = clusterUse.filter(({ cluster }) => cluster === first?.name)
  return {
    id: 'cluster-use',
    caption: 'CPU of each whole cluster while a target was loaded, cores',
    isGrouped: true,
    columns: [
      words('Target'),
      numbers('Concurrency'),
      ...clusters.map(({ name }) => numbers(name)),
    ],
    rows: cells.map(({ target, concurrency }) => [
      toCell(target),
      toNumberCell(concurrency, String),
      ...clusters.map(({ name }) =>
        toNumberCell(
          clusterUse.find(
            (use) =>
              use.cluster === name && use.target === target && use.concurrency === concurrency,
          )?.cores ?? null,
        ),
      ),
    ]),
  }
}
