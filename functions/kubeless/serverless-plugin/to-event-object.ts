import { hash, KUBELESS, labelsOf } from './kubernetes-object'
import type { KubernetesObject, ObjectsOptions } from './kubernetes-object'
import type { FunctionEvent, FunctionPlan, ServicePlan } from './read-service'

/**
 * What makes a function answer to an event.
 *
 * @param at the event's place among the function's
 */
export function toEventObject(
  own: FunctionPlan,
  event: FunctionEvent,
  at: number,
  options: ObjectsOptions,
): KubernetesObject {
  const { name } = own
  const { namespace, plan } = options
  // Kubeless' controllers call what they make of a trigger like the trigger itself.
  const metadata = {
    name: nameOf(name, event, at),
    namespace,
    labels: labelsOf(name, plan.service),
  }
  switch (event.kind) {
    case 'kafka':
      return {
        apiVersion: KUBELESS,
        kind: 'KafkaTrigger',
        metadata,
        spec: {
          topic: event.topic,
          functionSelector: { matchLabels: { 'created-by': 'kubeless', function: name } },
        },
      }
    case 'schedule':
      return {
        apiVersion: KUBELESS,
        kind: 'CronJobTrigger',
        metadata,
        spec: { 'function-name': name, schedule: event.schedule },
      }
    case 'http':
      return {
        apiVersion: KUBELESS,
        kind: 'HTTPTrigger',
        // Kubeless copies them to the Ingress that it makes, and does not say its class by itself.
        metadata: {
          ...metadata,
          annotations: {
            'kubernetes.io/ingress.class': plan.ingress.class,
            ...plan.ingress.annotations,
          },
        },
        spec: {
          'function-name': name,
          ...(event.host !== undefined && { 'host-name': event.host }),
          // Kubeless puts a slash before it.
          path: event.path.slice(1),
          gateway: plan.ingress.class,
          ...(plan.ingress.tlsSecret !== undefined && { 'tls-secret': plan.ingress.tlsSecret }),
        },
      }
    case 'ingress':
      return toIngress(own, event, { metadata, ingress: plan.ingress })
  }
}

/** What comes first is called as the function; names of several must differ. */
function nameOf(name: string, event: FunctionEvent, at: number): string {
  if (event.kind === 'kafka') return `${name}-${hash(event.topic).slice(0, 8)}`
  const numbered = at === 0 ? name : `${name}-${at + 1}`
  // Not as Kubeless calls the one that it makes of a HTTPTrigger, and removes with it.
  return event.kind === 'ingress' ? `${numbered}-ingress` : numbered
}

function toIngress(
  { name, port }: FunctionPlan,
  { host, path }: Extract<FunctionEvent, { kind: 'ingress' }>,
  { metadata, ingress }: Pick<KubernetesObject, 'metadata'> & Pick<ServicePlan, 'ingress'>,
): KubernetesObject {
  const { class: ingressClassName, annotations, tlsSecret } = ingress
  const hosts = host === undefined ? {} : { hosts: [host] }
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...metadata, annotations },
    spec: {
      ingressClassName,
      ...(tlsSecret !== undefined && { tls: [{ ...hosts, secretName: tlsSecret }] }),
      rules: [
        {
          ...(host !== undefined && { host }),
          http: {
            paths: [
              { path, pathType: 'Prefix', backend: { service: { name, port: { number: port } } } },
            ],
          },
        },
      ],
    },
  }
}
