import assert from 'node:assert/strict'
import type { Namespace } from './namespace'
import { NO_ANSWER, startSteadyLoad, untilSteady } from './steady-load'
import { until } from './until'

/** What is known of a pod everywhere. */
export interface Pod {
  readonly metadata: {
    readonly name: string
    readonly uid: string
    readonly deletionTimestamp?: string
  }
}

/** A deployed twin; what is only there once it is deployed is to be asked for. */
interface Deployed {
  readonly namespace: () => Namespace
  readonly deployment: string
  /** Of its pods. */
  readonly selector: string
  readonly url: () => string
  readonly photo: () => Uint8Array
  /** Gives it another configuration, and waits until that runs. */
  readonly rollOutAnew: () => Promise<unknown>
}

/** Pods that are to stay. */
export async function listPods<T extends Pod>(
  namespace: Namespace,
  selector: string,
): Promise<readonly T[]> {
  const pods = await listAllPods<T>(namespace, selector)
  return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
}

/** Also those that are on their way out, and may still answer. */
async function listAllPods<T extends Pod>(
  { get }: Namespace,
  selector: string,
): Promise<readonly T[]> {
  return (await get<{ readonly items: readonly T[] }>('pods', '--selector', selector)).items
}

/** Defines the tests of what happens to requests while pods come and go. */
export function itKeepsAnswering(twin: Deployed): void {
  const { namespace, deployment, selector, url, photo, rollOutAnew } = twin
  const scale = async (replicas: number): Promise<void> => {
    const { kubectl } = namespace()
    // The load of these tests is enough for it to bring more, where the machine is busy.
    const autoscaler = await kubectl('get', 'hpa', '--output', 'name')
    const spec = { minReplicas: replicas, maxReplicas: replicas }
    await kubectl('patch', autoscaler, '--patch', JSON.stringify({ spec }))
    await kubectl('scale', 'deployment', deployment, '--replicas', String(replicas))
    await kubectl('rollout', 'status', `deployment/${deployment}`, '--timeout', '120s')
  }

  const listIds = async (): Promise<readonly string[]> =>
    (await listPods(namespace(), selector)).map(({ metadata }) => metadata.uid)
  const untilGone = (uid: string): Promise<true> =>
    until('the old pod to be gone', async () => {
      const pods = await listAllPods(namespace(), selector)
      return pods.every(({ metadata }) => metadata.uid !== uid) || undefined
    })
  const untilReady = (pods: number): Promise<true> =>
    until(`${pods} ready pods`, async () => {
      const { status } = await namespace().get<{
        readonly status: { readonly readyReplicas?: number }
      }>('deployment', deployment)
      return status.readyReplicas === pods || undefined
    })

  it('loses no request while it is rolled out anew', async () => {
    const old = await listIds()
    const load = startSteadyLoad(url(), photo())
    await load.untilAnswered(20)
    await rollOutAnew()
    // The old one answers on for a while, and its end is what requests could be lost by.
    for (const id of old) await untilGone(id)
    // More than one, where the autoscaler finds them busy: only new ones are left to answer these.
    const ids = await listIds()
    assert.ok(ids.length > 0 && !ids.some((id) => old.includes(id)))
    await load.untilAnswered(20)
    assert.ok((await load.stop()) >= 40)
  })

  it('is scaled, and loses no request when one of its pods is told to go', async () => {
    await scale(2)
    const load = startSteadyLoad(url(), photo())
    await load.untilAnswered(20)
    const [pod] = await listPods(namespace(), selector)
    // Returns when it is gone.
    await namespace().kubectl('delete', 'pod', pod!.metadata.name)
    await load.untilAnswered(20)
    await load.stop()
  })

  it('goes on answering under load when one of its pods is killed, and has as many again', async () => {
    await untilReady(2)
    const load = startSteadyLoad(url(), photo())
    await load.untilAnswered(20)
    const [pod] = await listPods(namespace(), selector)
    const { name, uid } = pod!.metadata
    await namespace().kubectl('delete', 'pod', name, '--grace-period', '0', '--force')
    await load.untilAnswered(20)
    await untilReady(2)
    const ids = await listIds()
    assert.equal(ids.length, 2)
    assert.ok(!ids.includes(uid))
    const { answered, failures } = await load.end()
    // What the pod was working on is lost with it, and what still came to it; nobody answers anything else.
    assert.ok(answered >= 40)
    for (const failure of failures) assert.match(failure, NO_ANSWER)
    await scale(1)
  })

  it('is there again after its only pod was killed', async () => {
    const [pod] = await listPods(namespace(), selector)
    const { name, uid } = pod!.metadata
    await namespace().kubectl('delete', 'pod', name, '--grace-period', '0', '--force')
    await untilSteady(url(), photo())
    const [next, ...others] = await listIds()
    assert.ok(next !== undefined && others.length === 0)
    assert.notEqual(next, uid)
  })
}
