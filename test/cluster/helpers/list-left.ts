import type { Namespace } from './namespace'

const KINDS = [
  ...['functions', 'httptriggers', 'kafkatriggers', 'cronjobtriggers', 'deployments'],
  ...['replicasets', 'pods', 'services', 'ingresses', 'horizontalpodautoscalers', 'cronjobs'],
  ...['jobs', 'configmaps'],
]
/** Every namespace has it, with the cluster's certificate. */
const OF_EVERY_NAMESPACE = 'configmap/kube-root-ca.crt'

/** What is in a namespace, of all kinds that a function or what calls it may leave there. */
export async function listLeft({ kubectl }: Namespace): Promise<readonly string[]> {
  const text = await kubectl('get', KINDS.join(','), '--output', 'name')
  return text.split('\n').filter((name) => name !== '' && name !== OF_EVERY_NAMESPACE)
}
