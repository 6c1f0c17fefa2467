import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openCluster } from '../../../bench/clusters/cluster'
import { useTemporaryFolder } from '../../helpers/use-temporary-folder'

const toKubeconfig = (server: string): object => ({
  ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'a' },
  clusters: [{ name: 'a', cluster: { server } }],
  contexts: [{ name: 'a', context: { cluster: 'a', user: 'a', namespace: 'there' } }],
  users: [{ name: 'a', user: {} }],
})

// What it reads of a cluster is shown on real ones, by test/cluster/compare.test.ts.
describe('the cluster of a kubeconfig', () => {
  const folder = useTemporaryFolder()

  async function write(content: string | object): Promise<string> {
    const file = join(folder(), 'kubeconfig')
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
    return file
  }

  it('has the namespace of the context', async () => {
    const { namespace } = await openCluster('kubeless', await write(toKubeconfig('https://a')))
    assert.equal(namespace, 'there')
  })

  for (const [what, content, message] of [
    ['is no YAML', '{', /^the kubeconfig of kubeless cannot be used: /],
    ['has no cluster', { kind: 'Config' }, /^the kubeconfig of kubeless has no cluster of https/],
    [
      'has a cluster without TLS',
      toKubeconfig('http://127.0.0.1:1'),
      /^the kubeconfig of kubeless has no cluster of https for its context "a"$/,
    ],
  ] as const) {
    it(`is refused where it ${what}`, async () => {
      await assert.rejects(openCluster('kubeless', await write(content)), {
        name: 'TargetError',
        message,
      })
    })
  }

  it('is named when it cannot be reached, without its address', async () => {
    const cluster = await openCluster('kubeless', await write(toKubeconfig('https://127.0.0.1:1')))
    await assert.rejects(cluster.readService('photo-twin'), {
      name: 'TargetError',
      message: 'cluster kubeless, Service photo-twin: ECONNREFUSED',
    })
  })
})
