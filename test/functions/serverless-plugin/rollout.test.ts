import assert from 'node:assert/strict'
import type {
  Deployment,
  Pod,
} from '../../../functions/kubeless/serverless-plugin/observed-objects'
import { toRollout } from '../../../functions/kubeless/serverless-plugin/rollout'

const REVISION = 'new'
const annotations = (revision: string) => ({ annotations: { 'serverless-revision': revision } })

const toDeployment = (
  status: Partial<Deployment['status']> = {},
  { revision = REVISION, replicas = 2 } = {},
): Deployment => ({
  metadata: { generation: 3 },
  spec: { replicas, template: { metadata: annotations(revision) } },
  status: { observedGeneration: 3, replicas: 2, updatedReplicas: 2, ...status },
})

const toPod = (status: Pod['status'] = {}, revision = REVISION): Pod => ({
  metadata: { name: 'classify-1', ...annotations(revision) },
  status,
})
const READY = toPod({ conditions: [{ type: 'Ready', status: 'True' }] })

const waiting = (reason: string, message?: string): Pod =>
  toPod({
    containerStatuses: [
      {
        name: 'classify',
        state: { waiting: { reason, ...(message !== undefined && { message }) } },
      },
    ],
  })

const roll = (deployment: Deployment | undefined, pods: readonly Pod[]) =>
  toRollout(deployment, pods, { revision: REVISION })

describe('toRollout', () => {
  it('is done when every pod is new and ready, and no old one is left', () => {
    assert.deepEqual(roll(toDeployment(), [READY, READY]), { state: 'done', pods: 2 })
  })

  for (const [name, deployment, pods, progress] of [
    ['there is no Deployment', undefined, [], /Kubeless has made no Deployment yet/],
    [
      'the Deployment is of before',
      toDeployment({}, { revision: 'old' }),
      [READY, READY],
      /has not taken the change yet/,
    ],
    [
      'its controller has not seen it',
      toDeployment({ observedGeneration: 2 }),
      [READY, READY],
      /2 of 2/,
    ],
    ['one of two is ready', toDeployment(), [READY, toPod()], /^1 of 2 pods ready$/],
    [
      'an old one is left',
      toDeployment({ replicas: 3 }),
      [READY, READY, toPod(READY.status, 'old')],
      /^2 of 2 pods ready, 1 of before still there$/,
    ],
    [
      'a ready one is going',
      toDeployment(),
      [READY, { ...READY, metadata: { ...READY.metadata, deletionTimestamp: new Date() } }],
      /^1 of 2/,
    ],
    [
      'there is no room for one',
      toDeployment(),
      [
        READY,
        toPod({
          conditions: [
            { type: 'PodScheduled', status: 'False', message: '0/1 nodes: Insufficient cpu.' },
          ],
        }),
      ],
      /^1 of 2 pods ready: 0\/1 nodes: Insufficient cpu\.$/,
    ],
    [
      'one is being made',
      toDeployment(),
      [READY, waiting('ContainerCreating')],
      /^1 of 2 pods ready: ContainerCreating$/,
    ],
  ] as const) {
    it(`goes on while ${name}`, () => {
      const rollout = roll(deployment, pods)
      assert.ok(rollout.state === 'running', rollout.state)
      assert.match(rollout.progress, progress)
    })
  }

  it('fails with what a container says that will not start', () => {
    const rollout = roll(toDeployment(), [READY, waiting('ImagePullBackOff', 'no such image')])
    assert.deepEqual(rollout, {
      state: 'failed',
      reason: 'container classify of pod classify-1: ImagePullBackOff no such image',
    })
  })

  it('does not take a container of before for one of its own', () => {
    const old = { ...waiting('CrashLoopBackOff'), metadata: annotations('old') }
    assert.equal(roll(toDeployment(), [READY, old]).state, 'running')
  })

  it('fails with what the cluster says of pods that it will not make', () => {
    const message = 'pods "classify" is forbidden: exceeded quota'
    const conditions = [{ type: 'ReplicaFailure', status: 'True', message }]
    assert.deepEqual(roll(toDeployment({ conditions, replicas: 0, updatedReplicas: 0 }), []), {
      state: 'failed',
      reason: message,
    })
  })
})
