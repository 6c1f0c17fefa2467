import type { Cluster, Kind } from './cluster'
import { ClusterError } from './cluster-error'
import type { HandlerPackage } from './handler-package'
import type { FunctionPlan, ServicePlan } from './read-service'
import { untilRolledOut } from './rollout'
import { KUBELESS, revisionOf, SERVICE_LABEL } from './kubernetes-object'
import type { KubernetesObject } from './kubernetes-object'
import { removeObject } from './remove-object'
import { toObjects } from './to-objects'
import { waitUntil } from './wait-until'

/** A function and the zip that it comes in. */
export interface Deployable {
  readonly plan: FunctionPlan
  readonly handler: HandlerPackage
}

interface DeployOptions {
  readonly plan: ServicePlan
  /** All of the service's, unless `prune` is false. */
  readonly functions: readonly Deployable[]
  /** Whether what the service made before and is not meant any more is removed. */
  readonly prune: boolean
  readonly say: (line: string) => void
}

const INGRESS = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' } as const
/** For Kubeless to make an Ingress, which takes it less than a second. */
const ROUTED_MS = 10_000

/** Kinds of what a service makes; a trigger goes before the function that it calls. */
export const KINDS = [
  { apiVersion: KUBELESS, kind: 'HTTPTrigger' },
  { apiVersion: KUBELESS, kind: 'KafkaTrigger' },
  { apiVersion: KUBELESS, kind: 'CronJobTrigger' },
  INGRESS,
  { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: KUBELESS, kind: 'Function' },
] as const satisfies readonly Kind[]

/**
 * Makes a cluster have what serverless.yml says, and waits until it runs. What is as it should be stays untouched.
 *
 * @throws ClusterError naming the object
 */
export async function deploy(cluster: Cluster, options: DeployOptions): Promise<void> {
  const { plan, functions, prune, say } = options
  await requireKubeless(cluster)
  const { namespace } = cluster
  const autoscalingVersion = await readAutoscalingVersion(cluster)
  const wanted = functions.map(({ plan: own, handler }) => ({
    own,
    objects: toObjects(own, handler, { plan, namespace, autoscalingVersion }),
  }))
  const all = wanted.flatMap(({ objects }) => objects)
  const apply = async (objects: readonly KubernetesObject[]): Promise<void> => {
    for (const object of objects) {
      await cluster.apply(object)
      say(`applied ${object.kind} ${object.metadata.name}`)
    }
  }
  for (const object of all) await requireOurs(cluster, object, plan)
  await apply(all.filter((object) => !isTrigger(object)))
  if (prune) await removeOthers(cluster, plan, all, say)
  for (const { own, objects } of wanted) {
    const [made] = objects
    const pods = await untilRolledOut(cluster, {
      name: own.name,
      revision: made === undefined ? '' : revisionOf(made),
      timeoutSeconds: plan.rolloutTimeoutSeconds,
      onProgress: (progress) => {
        say(`${own.name}: ${progress}`)
      },
    })
    say(`${own.name} is rolled out, ${pods} ${pods === 1 ? 'pod' : 'pods'} ready`)
  }
  const triggers = all.filter(isTrigger)
  await apply(triggers)
  for (const trigger of triggers.filter(({ kind }) => kind === 'HTTPTrigger')) {
    await untilRouted(cluster, trigger, { say, waitMs: ROUTED_MS })
  }
}

/** Of a trigger that is there before its function's Service, Kubeless' controller makes nothing, and does not try again. */
const isTrigger = ({ apiVersion, kind }: KubernetesObject): boolean =>
  apiVersion === KUBELESS && kind !== 'Function'

/**
 * Waits for the Ingress that Kubeless makes of a HTTPTrigger. One that was there before its function, as after a deploy
 * that failed, gets none until it is made anew.
 *
 * @throws ClusterError if there is still none
 */
export async function untilRouted(
  cluster: Cluster,
  trigger: KubernetesObject,
  { say, waitMs }: Pick<DeployOptions, 'say'> & { readonly waitMs: number },
): Promise<void> {
  const { name } = trigger.metadata
  const isRouted = () =>
    waitUntil(async () => (await cluster.read(INGRESS, name)) !== undefined, waitMs)
  if (await isRouted()) return
  say(`Kubeless made no Ingress of HTTPTrigger ${name}, which is made anew`)
  await cluster.remove(trigger, name)
  await waitUntil(async () => (await cluster.read(trigger, name)) === undefined, waitMs)
  await cluster.apply(trigger)
  if (await isRouted()) return
  throw new ClusterError(
    `HTTPTrigger ${name} in ${cluster.namespace}: Kubeless makes no Ingress of it; the log of its controller tells why ` +
      '(kubectl --namespace kubeless logs deployment/kubeless-controller-manager --container http-trigger-controller)',
  )
}

/** Before anything is made: without its controllers, a Function would only lie there. */
async function requireKubeless(cluster: Cluster): Promise<void> {
  const { status } = await cluster.send({ method: 'GET', path: `/apis/${KUBELESS}` }, 30_000)
  if (status !== 404) return
  throw new ClusterError(
    `the cluster ${cluster.server} has no Functions (${KUBELESS}): install Kubeless in it, as minikube/up does`,
    { status },
  )
}

async function readAutoscalingVersion(cluster: Cluster): Promise<'v2' | 'v2beta2'> {
  const { status } = await cluster.send({ method: 'GET', path: '/apis/autoscaling/v2' }, 30_000)
  return status === 404 ? 'v2beta2' : 'v2'
}

/** Somebody else's object of the same name is not ours to change. */
async function requireOurs(
  cluster: Cluster,
  { apiVersion, kind, metadata }: KubernetesObject,
  { service }: ServicePlan,
): Promise<void> {
  const found = await cluster.read<Pick<KubernetesObject, 'metadata'>>(
    { apiVersion, kind },
    metadata.name,
  )
  const labels = found?.metadata.labels
  if (found === undefined || labels?.[SERVICE_LABEL] === service) return
  throw new ClusterError(
    `${kind} ${metadata.name} in ${cluster.namespace} is there already and not of the service ${service}: ` +
      'remove it, or call the function something else',
  )
}

async function removeOthers(
  cluster: Cluster,
  { service }: ServicePlan,
  wanted: readonly KubernetesObject[],
  say: (line: string) => void,
): Promise<void> {
  const keep = new Set(wanted.map(({ kind, metadata }) => `${kind} ${metadata.name}`))
  for (const kind of KINDS) {
    for (const name of await listNames(cluster, kind, service)) {
      if (keep.has(`${kind.kind} ${name}`)) continue
      await removeObject(cluster, kind, name)
      say(`removed ${kind.kind} ${name}`)
    }
  }
}

/** Names of a service's objects of a kind, without those that others make of them. */
export async function listNames(
  cluster: Cluster,
  kind: Kind,
  service: string,
): Promise<readonly string[]> {
  const objects = await cluster.list<{
    readonly metadata: { readonly name: string; readonly ownerReferences?: readonly unknown[] }
  }>(kind, { [SERVICE_LABEL]: service })
  return objects
    .filter(({ metadata }) => (metadata.ownerReferences ?? []).length === 0)
    .map(({ metadata }) => metadata.name)
}
