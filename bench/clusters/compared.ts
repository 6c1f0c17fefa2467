import type { Pair } from '../run'

/** The clusters of a comparison, as the command line calls them. */
export const CLUSTERS = ['kubeless', 'kubernetes'] as const

export type ClusterName = (typeof CLUSTERS)[number]

/** A twin in a cluster. */
export interface Compared {
  readonly name: string
  readonly title: string
  /** Of type NodePort. */
  readonly service: string
  readonly deployment: string
}

/** The columns of a comparison on clusters: what `functions/kubeless/comparison.yml` and the kustomizations make. */
export const COMPARED: readonly (Compared & { readonly cluster: ClusterName })[] = [
  {
    name: 'container',
    title: 'container on plain Kubernetes',
    cluster: 'kubernetes',
    service: 'photo-twin-compared',
    deployment: 'photo-twin-compared',
  },
  {
    name: 'function',
    title: 'function on our Kubeless runtime',
    cluster: 'kubeless',
    service: 'compared-function-node-port',
    deployment: 'compared-function',
  },
  {
    name: 'stock-function',
    title: "function that does at every call what Kubeless' stock runtime does",
    cluster: 'kubeless',
    service: 'compared-stock-function-node-port',
    deployment: 'compared-stock-function',
  },
  {
    name: 'openfaas',
    title: "pod of OpenFaaS' contract on plain Kubernetes",
    cluster: 'kubernetes',
    service: 'photo-twin-openfaas-compared',
    deployment: 'photo-twin-openfaas-compared',
  },
  {
    name: 'container-on-kubeless',
    title: 'container on the cluster of Kubeless',
    cluster: 'kubeless',
    service: 'photo-twin-compared',
    deployment: 'photo-twin-compared',
  },
]

/** The function against the container of its own cluster: what is left is not the cluster's. */
export const COMPARISONS: readonly Pair[] = [
  { a: 'function', b: 'container' },
  { a: 'function', b: 'container-on-kubeless' },
  { a: 'stock-function', b: 'container' },
  { a: 'openfaas', b: 'container' },
]

export const AA: Pair = { a: 'container-on-kubeless', b: 'container' }
export const AA_METHOD =
  'the container on one cluster and the container on the other, each measured once in every block'

/** What is deployed onto the clusters. */
export interface Manifests {
  /** Kustomizations with one Deployment, by cluster. */
  readonly kustomizations: Readonly<Record<ClusterName, readonly string[]>>
  /** For Serverless, in functions/kubeless. */
  readonly serverless: string
}

export const COMPARED_MANIFESTS: Manifests = {
  kustomizations: {
    kubeless: ['container/kubernetes/overlays/comparison'],
    kubernetes: [
      'container/kubernetes/overlays/comparison',
      'functions/openfaas/kubernetes-comparison',
    ],
  },
  serverless: 'comparison.yml',
}
