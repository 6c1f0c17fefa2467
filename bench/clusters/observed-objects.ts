// What is read of Kubernetes' objects.

export interface Service {
  readonly spec: {
    readonly selector?: Readonly<Record<string, string>>
    readonly ports: readonly {
      readonly nodePort?: number
      /** A number, or the name of a container's port. */
      readonly targetPort?: number | string
    }[]
  }
}

export interface Pod {
  readonly metadata: {
    readonly name: string
    readonly uid: string
    readonly deletionTimestamp?: string
  }
  readonly spec: {
    readonly nodeName?: string
    readonly containers: readonly Container[]
  }
  readonly status: {
    readonly podIP?: string
    readonly conditions?: readonly { readonly type: string; readonly status: string }[]
    readonly containerStatuses?: readonly {
      readonly name: string
      readonly restartCount: number
      readonly lastState?: { readonly terminated?: { readonly reason?: string } }
    }[]
  }
}

export interface Container {
  readonly name: string
  readonly env?: readonly { readonly name: string; readonly value?: string }[]
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[]
  readonly resources?: {
    readonly limits?: { readonly cpu?: string; readonly memory?: string }
    readonly requests?: { readonly cpu?: string; readonly memory?: string }
  }
}

export interface Node {
  readonly metadata: {
    readonly name: string
    readonly labels?: Readonly<Record<string, string>>
  }
  readonly status: {
    readonly addresses: readonly { readonly type: string; readonly address: string }[]
    readonly capacity: { readonly cpu: string; readonly memory: string }
    readonly nodeInfo: {
      readonly kernelVersion: string
      readonly containerRuntimeVersion: string
    }
  }
}

export interface Deployment {
  readonly spec: { readonly replicas?: number }
  readonly status: { readonly readyReplicas?: number }
}

/** Of autoscaling/v2 and v2beta2, which are the same here. */
export interface Autoscaler {
  readonly spec: {
    readonly minReplicas?: number
    readonly maxReplicas: number
    readonly metrics?: readonly {
      readonly resource?: {
        readonly name: string
        readonly target?: { readonly averageUtilization?: number }
      }
    }[]
    readonly behavior?: {
      readonly scaleUp?: { readonly stabilizationWindowSeconds?: number }
      readonly scaleDown?: { readonly stabilizationWindowSeconds?: number }
    }
  }
  readonly status: {
    readonly desiredReplicas: number
    readonly currentMetrics?:
      | readonly {
          readonly resource?: { readonly current: { readonly averageUtilization?: number } }
        }[]
      | null
  }
}

/** What happened to an object. */
export interface KubernetesEvent {
  readonly reason: string
  readonly message: string
  /** With microseconds; null of those that tell whole seconds only. */
  readonly eventTime: string | null
}

/** Of a kubelet: what its node and its pods have used. */
export interface Summary {
  readonly node?: {
    readonly cpu?: CpuCount
    readonly memory?: { readonly workingSetBytes?: number }
  }
  readonly pods?: readonly {
    readonly podRef: { readonly name: string; readonly namespace: string }
    readonly containers?: readonly {
      readonly name: string
      readonly cpu?: CpuCount
      readonly memory?: { readonly workingSetBytes?: number }
    }[]
  }[]
}

interface CpuCount {
  /** When it was counted. */
  readonly time?: string
  readonly usageCoreNanoSeconds?: number
}
