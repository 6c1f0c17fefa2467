import assert from 'node:assert/strict'
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
})
