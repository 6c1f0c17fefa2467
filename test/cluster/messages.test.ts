import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { badPhotos } from '../fixtures/bad-photos'
import { goodPhotos } from '../fixtures/good-photos'
import { skipUnless } from '../helpers/optional'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'
import { readOutcomes, startKafkaPod } from './helpers/kafka-pod'
import type { OutcomeRecord } from './helpers/kafka-pod'
import { useNamespace } from './helpers/namespace'
import { output } from './helpers/run'
import { serverless } from './helpers/serverless'
import { until } from './helpers/until'

const ROOT = join(__dirname, '../..')
const NAME = 'photo-messages'
const CONSUMER = 'photo-twin-messages'

interface Value {
  readonly id: string
  readonly label: string
}

describe('photos of a Kafka topic, in a cluster', function () {
  this.timeout(300_000)
  const namespace = useNamespace('kubeless', 'photo-messages-test')
  const folder = useTemporaryFolder()
  let photo: Uint8Array

  before(async function () {
    const args = ['--namespace', 'kubeless', 'get', 'deployment', 'kafka-trigger-controller']
    const { code } = await namespace().tryKubectl(...args)
    skipUnless(this, code === 0 ? undefined : 'minikube/kubeless-kafka is not applied')
    photo = (await goodPhotos())[0]!.bytes
  })

  const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64')
  /** A CloudEvent in structured mode: what survives the trigger. */
  const toEvent = (id: string, bytes: Uint8Array): string =>
    JSON.stringify({
      ...{ specversion: '1.0', id, source: '/test', type: 'test.photo' },
      data_base64: base64(bytes),
      traceparent: `of ${id}`,
    })
  const valueOf = ({ value }: OutcomeRecord): Value =>
    JSON.parse(Buffer.from(value, 'base64').toString()) as Value
  const idOf = ({ headers }: OutcomeRecord): string | undefined =>
    headers['rejected-id'] ?? headers['ce_id']
  const untilAll = (pod: string, ids: readonly string[]): Promise<readonly OutcomeRecord[]> =>
    until(`records of ${ids.join(', ')}`, async () => {
      const records = await readOutcomes(namespace(), pod)
      const read = records.map(idOf)
      return ids.every((id) => read.includes(id))
        ? records.filter((record) => ids.includes(idOf(record) ?? ''))
        : undefined
    })

  describe('through a KafkaTrigger', () => {
    it('is deployed by one command', async () => {
      const args = ['deploy', '--config', 'messages.yml']
      const { code, stdout, stderr } = await serverless(namespace().kubeconfig, args)
      assert.equal(code, 0, stdout + stderr)
      assert.match(stdout + stderr, /applied KafkaTrigger/)
    })

    it('are answered by the function itself, under the id of the event or the sum of the photo', async () => {
      const bad = (await badPhotos()).find(({ code }) => code === 'CORRUPT_PHOTO')!
      const sum = `sha256:${createHash('sha256').update(photo).digest('hex')}`
      const records = [
        { key: 'dropped by the trigger', value: base64(toEvent('structured', photo)) },
        { key: 'dropped, too', value: base64(photo) },
        { value: base64(toEvent('bad', bad.bytes)) },
      ]
      // The trigger begins at the newest message, and waits for its group: what it passes over is sent again.
      const answered = await until(
        'the trigger to call',
        async () => {
          const pod = `kafka-${Date.now()}`
          await startKafkaPod(namespace(), { name: pod, folder: folder(), records })
          return untilAll(pod, ['structured', sum, 'bad']).catch(() => undefined)
        },
        250_000,
      )
      const of = (id: string): OutcomeRecord => answered.find((record) => idOf(record) === id)!
      assert.deepEqual(
        [of('structured').topic, of('structured').key],
        ['predictions', 'structured'],
      )
      assert.equal(of('structured').headers['ce_traceparent'], 'of structured')
      assert.equal(valueOf(of(sum)).label, valueOf(of('structured')).label)
      assert.deepEqual(
        [of('bad').topic, of('bad').headers['rejected-code']],
        ['rejected-photos', bad.code],
      )
      assert.equal(Buffer.from(of('bad').value, 'base64').toString(), toEvent('bad', bad.bytes))
    })

    it('are skipped where the call fails: at most once', async () => {
      const { kubectl } = namespace()
      await kubectl('scale', 'deployment', NAME, '--replicas', '0')
      await until('no pod', async () => {
        const pods = await kubectl(
          'get',
          'pods',
          '--selector',
          `function=${NAME}`,
          '--output',
          'name',
        )
        return pods === '' || undefined
      })
      const log = async (): Promise<string> =>
        kubectl('--namespace', 'kubeless', 'logs', 'deployment/kafka-trigger-controller')
      const failures = (text: string): number => text.match(/Failed to send message/gi)?.length ?? 0
      const before = failures(await log())
      const records = [{ value: base64(toEvent('skipped', photo)) }]
      await startKafkaPod(namespace(), { name: 'skipped', folder: folder(), records })
      await until('the failed call', async () => failures(await log()) > before || undefined)
      await kubectl('scale', 'deployment', NAME, '--replicas', '1')
      await kubectl('rollout', 'status', `deployment/${NAME}`, '--timeout', '90s')
      // What comes after it is answered, it is not.
      const after = [{ value: base64(toEvent('after', photo)) }]
      await startKafkaPod(namespace(), { name: 'after', folder: folder(), records: after })
      await untilAll('after', ['after'])
      const all = await readOutcomes(namespace(), 'after')
      assert.ok(!all.some((record) => idOf(record) === 'skipped'))
    })

    it('is removed', async () => {
      const args = ['remove', '--config', 'messages.yml']
      const { code, stdout, stderr } = await serverless(namespace().kubeconfig, args)
      assert.equal(code, 0, stdout + stderr)
    })
  })

  describe('through the container as a consumer of its own', () => {
    it('are answered with their key and headers, also those that waited for it', async () => {
      const headers = {
        ...{ ce_specversion: '1.0', ce_id: 'binary', ce_source: '/test', ce_type: 'test.photo' },
        ce_traceparent: 'of binary',
      }
      const records = [{ key: 'the key', headers, value: base64(photo) }]
      await startKafkaPod(namespace(), { name: 'early', folder: folder(), records })
      const { kubectl, kubeconfig } = namespace()
      const args = ['kustomize', join(ROOT, 'container/kubernetes/overlays/messages')]
      const manifests = await output('kubectl', args)
      await output('kubectl', ['--kubeconfig', kubeconfig, 'apply', '--filename', '-'], {
        input: manifests,
      })
      await kubectl('rollout', 'status', `deployment/${CONSUMER}`, '--timeout', '120s')
      const [answer] = await untilAll('early', ['binary'])
      assert.deepEqual([answer!.topic, answer!.key], ['predictions', 'the key'])
      assert.equal(answer!.headers['ce_traceparent'], 'of binary')
      const card = JSON.parse(
        await readFile(join(ROOT, 'inference/models/photo-net/card.json'), 'utf8'),
      ) as { readonly labels: readonly string[] }
      assert.ok(card.labels.includes(valueOf(answer!).label))
    })
  })
})
