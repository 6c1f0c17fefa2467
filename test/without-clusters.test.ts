import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const ROOT = join(__dirname, '..')
/** Variables that turn tests on clusters on. */
const OWN = /^(KUBECONFIG|UPSTREAM_PLUGIN|REQUIRE_ALL)/

describe('the tests on clusters, where there is none', () => {
  it('are passed over, and say why', async () => {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN.test(name)))
    const mocha = join(ROOT, 'node_modules/.bin/mocha')
    const files = ['container', 'kubeless', 'compare', 'upstream-plugin']
    const { stdout } = await promisify(execFile)(
      mocha,
      ['--no-parallel', ...files.map((name) => `test/cluster/${name}.test.ts`)],
      { cwd: ROOT, env },
    )
    assert.match(stdout, /skipped: KUBECONFIG_KUBELESS is not set/)
    assert.match(stdout, /skipped: KUBECONFIG_KUBERNETES is not set/)
    assert.match(stdout, /^ {2}0 passing/m)
    assert.doesNotMatch(stdout, /failing/)
  })
})
