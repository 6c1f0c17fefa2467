import type { HandlerPackage } from './handler-package'
import { hash, KUBELESS, labelsOf, PORT_NAME, REVISION_ANNOTATION } from './kubernetes-object'
import type { KubernetesObject, ObjectsOptions } from './kubernetes-object'
import type { FunctionPlan } from './read-service'
import { toEventObject } from './to-event-object'

/** Of the images of container/Dockerfile. */
const USER = 1000

/** All objects of a function, the Function first. */
export function toObjects(
  own: FunctionPlan,
  handler: HandlerPackage,
  options: ObjectsOptions,
): readonly KubernetesObject[] {
  return [
    toFunction(own, handler, options),
    ...own.events.map((event, at) => toEventObject(own, event, at, options)),
    ...(own.autoscale === undefined ? [] : [toAutoscaler(own, own.autoscale, options)]),
    ...(own.nodePort ? [toNodePortService(own, options)] : []),
  ]
}

function toFunction(
  own: FunctionPlan,
  { base64, checksum, dependencies }: HandlerPackage,
  { plan, namespace }: ObjectsOptions,
): KubernetesObject {
  const { name, description } = own
  const spec = {
    handler: own.handler,
    runtime: own.runtime,
    'function-content-type': 'base64+zip',
    function: base64,
    checksum,
    deps: dependencies,
    timeout: own.timeoutSeconds,
    service: {
      type: 'ClusterIP',
      selector: { function: name },
      ports: [{ name: PORT_NAME, port: own.port, targetPort: own.port, protocol: 'TCP' }],
    },
    deployment: { spec: { template: { spec: toPodSpec(own) } } },
  }
  return {
    apiVersion: KUBELESS,
    kind: 'Function',
    metadata: {
      name,
      namespace,
      labels: { ...own.labels, ...labelsOf(name, plan.service) },
      annotations: {
        [REVISION_ANNOTATION]: hash(spec),
        // Kubeless' types are older than the field that says so.
        'seccomp.security.alpha.kubernetes.io/pod': 'runtime/default',
        ...(description !== undefined && { 'kubeless.serverless.com/description': description }),
      },
    },
    spec,
  }
}

/** What Kubeless' controller, whose types are of Kubernetes 1.12, keeps of a pod's specification. */
const toPodSpec = (own: FunctionPlan): object => ({
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: { runAsNonRoot: true, runAsUser: USER, runAsGroup: USER, fsGroup: USER },
  containers: [
    {
      name: own.name,
      imagePullPolicy: 'IfNotPresent',
      env: Object.entries(own.environment).map(([name, value]) => ({ name, value })),
      resources: { limits: own.limits, requests: own.requests },
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
      readinessProbe: {
        httpGet: { path: own.readinessPath, port: own.port },
        periodSeconds: 2,
        timeoutSeconds: 2,
        failureThreshold: 2,
      },
    },
  ],
})

/**
 * Not the one that a Function may carry: its controller knows only autoscaling/v2beta1. Not called as the function either:
 * Kubeless removes an autoscaler of that name whenever it looks at a Function without one.
 */
const toAutoscaler = (
  { name }: FunctionPlan,
  { min, max, cpu }: NonNullable<FunctionPlan['autoscale']>,
  { autoscalingVersion, namespace, plan }: ObjectsOptions,
): KubernetesObject => ({
  apiVersion: `autoscaling/${autoscalingVersion}`,
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: `${name}-autoscaler`, namespace, labels: labelsOf(name, plan.service) },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    minReplicas: min,
    maxReplicas: max,
    metrics: [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpu } },
      },
    ],
    behavior: {
      scaleUp: { stabilizationWindowSeconds: 60 },
      scaleDown: { stabilizationWindowSeconds: 600 },
    },
  },
})

/** Beside the function's own Service: Kubeless cannot update one with a port of the node. */
const toNodePortService = (
  { name, port }: FunctionPlan,
  { namespace, plan }: ObjectsOptions,
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: `${name}-node-port`, namespace, labels: labelsOf(name, plan.service) },
  spec: {
    type: 'NodePort',
    selector: { function: name },
    ports: [{ name: PORT_NAME, port, targetPort: port, protocol: 'TCP' }],
  },
})
