// What is read of Kubernetes' objects.

export interface Service {
  readonly spec: {
    readonly selector?: Readonly<Record<string, string>>
    readonly ports: readonly { readonly nodePort?: number }[]
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

/** What happened to an object. */
export interface KubernetesEvent {
  readonly reason: string
  readonly message: string
  /** With microseconds; null of those that tell whole seconds only. */
  readonly eventTime: string | null
}

/** Of a kubelet: what its node and its pods have used. */
export interface Summary {
  readonly node?: { readonly cpu?: CpuCount }
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
