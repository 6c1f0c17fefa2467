import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { openCluster } from '../../../functions/kubeless/serverless-plugin/cluster'
import { useTemporaryFolder } from '../../helpers/use-temporary-folder'

describe('openCluster', () => {
  const home = useTemporaryFolder()
  const { HOME, KUBECONFIG } = process.env
  beforeEach(() => {
    process.env['HOME'] = home()
    delete process.env['KUBECONFIG']
  })
  afterEach(() => {
    restore('HOME', HOME)
    restore('KUBECONFIG', KUBECONFIG)
  })

  function restore(name: string, value: string | undefined): void {
    if (value === undefined) Reflect.deleteProperty(process.env, name)
    else process.env[name] = value
  }

  it('says that there is no kubeconfig', () =>
    assert.rejects(openCluster(undefined), /^ClusterError: there is no kubeconfig: .*KUBECONFIG/))

  it('says which contexts there are where the chosen one is not', async () => {
    const file = join(home(), 'kubeconfig')
    const text = toKubeconfig('http://127.0.0.1:1')
    await writeFile(file, text.replace('"current-context":"a"', '"current-context":"b"'))
    process.env['KUBECONFIG'] = file
    await assert.rejects(
      openCluster(undefined),
      /^ClusterError: the kubeconfig has no cluster for its context "b"; it has: a$/,
    )
  })

  it('tells a slow answer from a server that cannot be reached', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const server = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    const file = join(home(), 'kubeconfig')
    await writeFile(file, toKubeconfig(server))
    process.env['KUBECONFIG'] = file
    const asking = async () =>
      (await openCluster(undefined)).send({ method: 'GET', path: '/apis' }, 50)
    try {
      await assert.rejects(asking(), {
        name: 'ClusterError',
        message: `GET /apis: no answer through ${server} in 0.05 s`,
      })
    } finally {
      silent.closeAllConnections()
      silent.close()
    }
    await assert.rejects(
      asking(),
      /GET \/apis: the API server .* cannot be reached \(ECONNREFUSED\)/,
    )
  })
})

const toKubeconfig = (server: string): string =>
  JSON.stringify({
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'a' },
    clusters: [{ name: 'a', cluster: { server, 'insecure-skip-tls-verify': true } }],
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    users: [{ name: 'a', user: {} }],
  })
