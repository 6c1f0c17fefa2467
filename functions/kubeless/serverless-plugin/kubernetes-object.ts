import { createHash } from 'node:crypto'
import type { ServicePlan } from './read-service'

/** Any object of Kubernetes, as it is sent. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly labels: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly [field: string]: unknown
}

/** The label by which all that a service made is found again. */
export const SERVICE_LABEL = 'serverless-service'
/** Kubeless puts a Function's annotations into its pods: what they are of can be told by this one. */
export const REVISION_ANNOTATION = 'serverless-revision'

export const KUBELESS = 'kubeless.io/v1beta1'
export const PORT_NAME = 'http-function-port'

/** What objects depend on beside their function. */
export interface ObjectsOptions {
  readonly plan: ServicePlan
  readonly namespace: string
  /** Which HorizontalPodAutoscaler the cluster knows. */
  readonly autoscalingVersion: 'v2' | 'v2beta2'
}

/** What a Function's pods have as their annotation once Kubeless has made them of it. */
export const revisionOf = ({ metadata }: KubernetesObject): string =>
  metadata.annotations?.[REVISION_ANNOTATION] ?? ''

/** Labels of everything that is made for a service. */
export const labelsOf = (name: string, service: string): Readonly<Record<string, string>> => ({
  'created-by': 'kubeless',
  function: name,
  [SERVICE_LABEL]: service,
})

/** Sixteen hexadecimal digits. */
export const hash = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)
