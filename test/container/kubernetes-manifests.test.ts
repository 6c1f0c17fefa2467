import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { validateManifests, whyNoKubernetesValidator } from '../helpers/kubernetes-validator'
import { skipUnless } from '../helpers/optional'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'

const ROOT = join(__dirname, '../..')
const KUBERNETES = join(ROOT, 'container/kubernetes')
const CURRENT = '1.37'
/** The last one with the autoscaler that Kubernetes 1.21 knows. */
const LAST_WITH_V2BETA2 = '1.25'

const listManifests = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml')
    .map((name) => join(folder, name))

describe('manifests', () => {
  const folder = useTemporaryFolder()
  before(async function () {
    skipUnless(this, await whyNoKubernetesValidator())
  })

  const assertRight = async (version: string, files: readonly string[]) => {
    const lines = await validateManifests(version, files)
    assert.ok(lines.length >= files.length)
    assert.deepEqual(
      lines.filter((line) => !line.startsWith('INFO ')),
      [],
    )
  }

  it('of the container are what current Kubernetes knows', () =>
    assertRight(CURRENT, [
      ...listManifests(join(KUBERNETES, 'base')),
      ...listManifests(join(KUBERNETES, 'overlays/current')),
    ]))

  it('of the container are what Kubernetes with an older autoscaler knows', () =>
    assertRight(LAST_WITH_V2BETA2, [
      ...listManifests(join(KUBERNETES, 'base')),
      ...listManifests(join(KUBERNETES, 'overlays/kubernetes-1.21')),
    ]))

  it('of Kubeless and of who deploys functions are right', () =>
    assertRight(CURRENT, [
      ...listManifests(join(ROOT, 'minikube/kubeless')),
      ...listManifests(join(ROOT, 'minikube/kubeless-kafka')),
      join(ROOT, 'functions/kubeless/deployer-role.yaml'),
    ]))

  it('are refused for a property or a kind that there is not', async () => {
    const file = join(folder(), 'service.yaml')
    await writeFile(file, 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {portz: 1}\n')
    await assert.rejects(assertRight(CURRENT, [file]), /portz/)
    await writeFile(file, 'apiVersion: v9\nkind: Service\nmetadata: {name: a}\n')
    await assert.rejects(assertRight(CURRENT, [file]), /find schema/)
  })
})
