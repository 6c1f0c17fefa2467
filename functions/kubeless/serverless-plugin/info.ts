import type { Cluster } from './cluster'
import type { Deployment, Service } from './observed-objects'
import type { FunctionEvent, FunctionPlan, ServicePlan } from './read-service'

/** What of a service is in a cluster, as text. */
export async function toInfo(cluster: Cluster, plan: ServicePlan): Promise<string> {
  const parts = await Promise.all(plan.functions.map((own) => describe(cluster, own)))
  return [`service ${plan.service} in ${cluster.namespace} of ${cluster.server}`, ...parts].join(
    '\n',
  )
}

async function describe(cluster: Cluster, own: FunctionPlan): Promise<string> {
  const { name, port, events } = own
  const [deployment, service, nodePortService] = await Promise.all([
    cluster.read<Deployment>({ apiVersion: 'apps/v1', kind: 'Deployment' }, name),
    cluster.read<Service>({ apiVersion: 'v1', kind: 'Service' }, name),
    cluster.read<Service>({ apiVersion: 'v1', kind: 'Service' }, `${name}-node-port`),
  ])
  if (deployment === undefined) return `${name}: not deployed`
  return [
    `${name}: ${own.handler} on ${own.runtime}, ${countReady(deployment)} pods ready`,
    `  service  ${service?.spec?.clusterIP ?? '?'}:${port}`,
    ...portsOf(nodePortService).map((nodePort) => `  port     ${nodePort} of every node`),
    ...events.map((event) => `  ${describeEvent(event)}`),
  ].join('\n')
}

function countReady({ status = {} }: Deployment): string {
  const { readyReplicas = 0, replicas = 0 } = status
  return `${readyReplicas} of ${replicas}`
}

const portsOf = (service: Service | undefined): readonly number[] =>
  (service?.spec?.ports ?? []).flatMap(({ nodePort }) => nodePort ?? [])

function describeEvent(event: FunctionEvent): string {
  switch (event.kind) {
    case 'http':
      return `http     ${event.host ?? 'any host'}${event.path} (HTTPTrigger)`
    case 'ingress':
      return `http     ${event.host ?? 'any host'}${event.path} (Ingress)`
    case 'kafka':
      return `kafka    topic ${event.topic}`
    case 'schedule':
      return `schedule ${event.schedule}`
  }
}
