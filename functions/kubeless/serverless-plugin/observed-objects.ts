// The little of Kubernetes' objects that is looked at, as the API server sends it. The client's own types are classes, of
// which what it gives for lists is none.

interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
}

interface Metadata {
  readonly name?: string
  readonly generation?: number
  readonly annotations?: Readonly<Record<string, string>>
  readonly deletionTimestamp?: unknown
}

interface ContainerStatus {
  readonly name: string
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } }
}

/** A Deployment. */
export interface Deployment {
  readonly metadata?: Metadata
  readonly spec?: {
    readonly replicas?: number
    readonly template: { readonly metadata?: Metadata }
  }
  readonly status?: {
    readonly observedGeneration?: number
    readonly replicas?: number
    readonly updatedReplicas?: number
    readonly readyReplicas?: number
    readonly conditions?: readonly Condition[]
  }
}

/** A Pod. */
export interface Pod {
  readonly metadata?: Metadata
  readonly status?: {
    readonly conditions?: readonly Condition[]
    readonly initContainerStatuses?: readonly ContainerStatus[]
    readonly containerStatuses?: readonly ContainerStatus[]
  }
}

/** A Service. */
export interface Service {
  readonly spec?: {
    readonly clusterIP?: string
    readonly ports?: readonly { readonly nodePort?: number }[]
  }
}
