import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { validateManifests, whyNoKubernetesValidator } from '../helpers/kubernetes-validator'
import { skipUnless } from '../helpers/optional'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'
import { output, run } from './helpers/run'

const ROOT = join(__dirname, '../..')
/** The last one with the autoscaler that Kubernetes 1.21 knows. */
const LAST_WITH_V2BETA2 = '1.25'
const CURRENT = '1.37'

describe('what kubectl makes of the kustomizations', () => {
  const folder = useTemporaryFolder()
  before(async function () {
    skipUnless(this, (await whyNoKubectl()) ?? (await whyNoKubernetesValidator()))
  })

  for (const [kustomization, version] of [
    ['container/kubernetes/overlays/current', CURRENT],
    ['container/kubernetes/overlays/kubernetes-1.21', LAST_WITH_V2BETA2],
    ['container/kubernetes/overlays/node-port', LAST_WITH_V2BETA2],
    ['container/kubernetes/overlays/messages', CURRENT],
    ['functions/openfaas/kubernetes', LAST_WITH_V2BETA2],
    ['minikube/kubeless', CURRENT],
    ['minikube/kubeless-kafka', CURRENT],
  ] as const) {
    it(`${kustomization} is what Kubernetes ${version} knows`, async () => {
      const text = await output('kubectl', ['kustomize', join(ROOT, kustomization)])
      const file = join(folder(), 'all.yaml')
      await writeFile(file, text)
      const lines = await validateManifests(version, [file])
      assert.equal(lines.length, text.match(/^kind:/gm)?.length)
      assert.deepEqual(
        lines.filter((line) => !line.startsWith('INFO ')),
        [],
      )
    })
  }

  async function whyNoKubectl(): Promise<string | undefined> {
    const { code } = await run('kubectl', ['version', '--client']).catch(() => ({ code: 1 }))
    return code === 0 ? undefined : 'there is no kubectl'
  }
})
