import type { Manifests } from '../clusters/compared'
import type { ClusterName } from '../clusters/compared'

/** A twin that its cluster scales. */
export interface Scaled {
  readonly name: string
  readonly title: string
  readonly cluster: ClusterName
  /** Of type NodePort. */
  readonly service: string
  readonly deployment: string
  readonly autoscaler: string
}

/** What `functions/kubeless/autoscaling.yml` and the kustomization make. */
export const SCALED: readonly Scaled[] = [
  {
    name: 'container',
    title: 'container on plain Kubernetes',
    cluster: 'kubernetes',
    service: 'photo-twin-scaled',
    deployment: 'photo-twin-scaled',
    autoscaler: 'photo-twin-scaled',
  },
  {
    name: 'function',
    title: 'function on our Kubeless runtime',
    cluster: 'kubeless',
    service: 'scaled-function-node-port',
    deployment: 'scaled-function',
    autoscaler: 'scaled-function-autoscaler',
  },
]

export const SCALED_MANIFESTS: Manifests = {
  kustomizations: {
    kubeless: [],
    kubernetes: ['container/kubernetes/overlays/autoscaling'],
  },
  serverless: 'autoscaling.yml',
}
