import assert from 'node:assert/strict'
import type { Namespace } from './namespace'
import { startSteadyLoad, untilSteady } from './steady-load'

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
  { get }: Namespace,
  selector: string,
): Promise<readonly T[]> {
  const { items } = await get<{ readonly items: readonly T[] }>('pods', '--selector', selector)
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
}

/** Defines the tests of what happens to requests while pods come and go. */
export function itKeepsAnswering(twin: Deployed): void {
  const { namespace, deployment, selector, url, photo, rollOutAnew } = twin
  const scale = async (replicas: number): Promise<void> => {
    const { kubectl } = namespace()
    await kubectl('scale', 'deployment', deployment, '--replicas', String(replicas))
    await kubectl('rollout', 'status', `deployment/${deployment}`, '--timeout', '120s')
  }

  it('loses no request while it is rolled out anew', async () => {
    const load = startSteadyLoad(url(), photo())
    await load.untilAnswered(20)
    await rollOutAnew()
    await load.untilAnswered(20)
    assert.ok((await load.stop()) >= 40)
  })

  it('is scaled, and loses no request when one of its pods is told to go', async () => {
    await scale(2)
    const load = startSteadyLoad(url(), photo())
    await load.untilAnswered(20)
    const [pod] = await listPods(namespace(), selector)
    await namespace().kubectl('delete', 'pod', pod!.metadata.name)
    await load.untilAnswered(20)
    await load.stop()
    await scale(1)
  })

  it('is there again after its only pod was killed', async () => {
    const [pod] = await listPods(namespace(), selector)
    const { name, uid } = pod!.metadata
    await namespace().kubectl('delete', 'pod', name, '--grace-period', '0', '--force')
    await untilSteady(url(), photo())
    assert.notEqual((await listPods(namespace(), selector))[0]?.metadata.uid, uid)
  })
}
