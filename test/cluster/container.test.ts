import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { goodPhotos } from '../fixtures/good-photos'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'
import { itKeepsAnswering, listPods } from './helpers/keeps-answering'
import { useNamespace } from './helpers/namespace'
import { assertAnswersAsHere } from './helpers/same-answers'
import { until } from './helpers/until'

const OVERLAY = join(__dirname, '../../container/kubernetes/overlays/node-port')
const NAME = 'photo-twin'
const SELECTOR = 'app.kubernetes.io/component=container'

describe('the container on Kubernetes', function () {
  this.timeout(300_000)
  const namespace = useNamespace('kubernetes', 'photo-container-test')
  const folder = useTemporaryFolder()
  let photo: Uint8Array
  let url = ''

  const apply = async (kustomization = OVERLAY) => {
    const said = await namespace().kubectl('apply', '--kustomize', kustomization)
    await namespace().kubectl('rollout', 'status', `deployment/${NAME}`, '--timeout', '120s')
    return said
  }
  before(async () => {
    photo = (await goodPhotos())[0]!.bytes
  })

  it('is deployed by one command', async () => {
    const said = await apply()
    for (const object of [
      ...['deployment.apps', 'service', 'ingress.networking.k8s.io', 'poddisruptionbudget.policy'],
      ...['networkpolicy.networking.k8s.io', 'horizontalpodautoscaler.autoscaling'],
    ]) {
      assert.ok(said.includes(`${object}/${NAME} created`), said)
    }
    url = await namespace().urlOf(NAME)
  })

  it('answers every photo, good or bad, as a process on this machine does', () =>
    assertAnswersAsHere(url))

  it('can write nothing, and is nobody there', async () => {
    const [pod] = await listPods(namespace(), SELECTOR)
    const inPod = (script: string) =>
      namespace().tryKubectl('exec', pod!.metadata.name, '--', 'node', '--eval', script)
    const { stdout } = await inPod(
      "console.log(process.getuid(), require('fs').readFileSync('/proc/self/status', 'utf8'))",
    )
    assert.match(stdout, /^1000 /)
    assert.match(stdout, /^CapEff:\s+0+$/m)
    assert.match(stdout, /^NoNewPrivs:\s+1$/m)
    assert.match(stdout, /^Seccomp:\s+2$/m)
    const written = await inPod("require('fs').writeFileSync('/app/a', '')")
    assert.match(written.stderr, /EROFS/)
    // There is no token of a service account to take.
    const token = await inPod("require('fs').readdirSync('/var/run/secrets')")
    assert.match(token.stderr, /ENOENT/)
  })

  it('is left alone when it is applied once more', async () => {
    const before = await listPods(namespace(), SELECTOR)
    const said = await apply()
    assert.doesNotMatch(said, /created/)
    // A PodDisruptionBudget's selector is sent anew each time, by every kubectl.
    assert.deepEqual(
      said.split('\n').filter((line) => line.endsWith('configured')),
      [`poddisruptionbudget.policy/${NAME} configured`],
    )
    assert.deepEqual(
      (await listPods(namespace(), SELECTOR)).map(({ metadata }) => metadata.uid),
      before.map(({ metadata }) => metadata.uid),
    )
  })

  it('is measured for its autoscaler', async () => {
    const found = await until('the CPU that the autoscaler sees', async () => {
      const { status } = await namespace().get<{
        readonly status: { readonly currentMetrics?: readonly object[] | null }
      }>('horizontalpodautoscalers.v2beta2.autoscaling', NAME)
      return status.currentMetrics?.[0]
    })
    assert.match(JSON.stringify(found), /"averageUtilization":\d+/)
  })

  itKeepsAnswering({
    ...{ namespace, deployment: NAME, selector: SELECTOR, url: () => url, photo: () => photo },
    rollOutAnew: async () => {
      await writeOverlay()
      await apply(folder())
    },
  })

  it('is removed with all that belongs to it', async () => {
    await namespace().kubectl('delete', '--kustomize', OVERLAY, '--timeout', '90s')
    const kinds = 'deployments,replicasets,pods,services,ingresses,horizontalpodautoscalers'
    const left = await until('its objects to be gone', async () => {
      const all = `${kinds},poddisruptionbudgets,networkpolicies`
      const names = await namespace().kubectl('get', all, '--output', 'name')
      return names === '' ? names : undefined
    })
    assert.equal(left, '')
  })

  /** The same with one more variable. */
  async function writeOverlay(): Promise<void> {
    const kustomization = {
      resources: [relative(folder(), OVERLAY)],
      patches: [
        {
          target: { kind: 'Deployment' },
          patch: JSON.stringify([
            {
              ...{ op: 'add', path: '/spec/template/spec/containers/0/env/-' },
              value: { name: 'MAX_BATCH', value: '5' },
            },
          ]),
        },
      ],
    }
    await writeFile(join(folder(), 'kustomization.yaml'), JSON.stringify(kustomization))
  }
})
