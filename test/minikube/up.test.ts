import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * minikube, kubectl and docker that note down how they are called: none of the three is here. What they would do is
 * proven on real clusters (test/cluster), with the same manifests and scripts.
 */
const STUB = `#!/bin/sh
echo "$(basename "$0") $*" >>"$CALLS"
case "$*" in
  'version --short') echo "$MINIKUBE_VERSION" ;;
  'profile list --output json') echo '{"valid":[{"Name":"kubeless","Config":{"Driver":"kvm2"}}]}' ;;
esac
`

describe('minikube/up', () => {
  const folder = useTemporaryFolder()
  const calls = (): string => join(folder(), 'calls')

  beforeEach(() => rm(calls(), { force: true }))

  async function stub(...names: readonly string[]): Promise<void> {
    for (const name of ['minikube', 'kubectl', 'docker'])
      await rm(join(folder(), name), { force: true })
    for (const name of names) {
      await writeFile(join(folder(), name), STUB)
      await chmod(join(folder(), name), 0o755)
    }
  }

  async function run(
    script: string,
    args: readonly string[] = [],
    { version = 'v1.36.0', availableKb = 8_000_000 } = {},
  ): Promise<Ended> {
    const meminfo = join(folder(), 'meminfo')
    await writeFile(meminfo, `MemTotal: 1 kB\nMemAvailable:   ${availableKb} kB\n`)
    const env = {
      PATH: [folder(), '/usr/bin', '/bin'].join(delimiter),
      ...{ CALLS: calls(), MINIKUBE_VERSION: version, MEMINFO: meminfo },
    }
    try {
      const { stdout, stderr } = await promisify(execFile)(join('minikube', script), args, { env })
      return { code: 0, stdout, stderr }
    } catch (error) {
      return error as Ended
    }
  }

  const readCalls = async (): Promise<readonly string[]> =>
    (await readFile(calls(), 'utf8')).trimEnd().split('\n')

  it('makes both clusters alike, then images, then Kubeless in the first, and says what is next', async () => {
    await stub('minikube', 'kubectl', 'docker')
    const { code, stdout, stderr } = await run('up')
    assert.equal(code, 0, stderr)
    const start = (profile: string): string =>
      `minikube start --profile ${profile} --kubernetes-version v1.21.14 --cpus 2 --memory 2048mb --addons metrics-server,ingress`
    const all = await readCalls()
    assert.deepEqual(
      all.filter((call) => call.startsWith('minikube start')),
      [start('kubeless'), start('kubernetes')],
    )
    assert.deepEqual(
      all.filter((call) => call.startsWith('minikube image load')),
      [
        'minikube image load --profile kubeless photo-twin/kubeless:0.1.0',
        'minikube image load --profile kubeless photo-twin/container:0.1.0',
        'minikube image load --profile kubernetes photo-twin/container:0.1.0',
        'minikube image load --profile kubernetes photo-twin/openfaas:0.1.0',
      ],
    )
    assert.equal(all.filter((call) => call.startsWith('docker build')).length, 3)
    assert.ok(all.includes('kubectl --context kubeless apply --kustomize minikube/kubeless'))
    assert.ok(!all.some((call) => call.includes('--context kubernetes')))
    assert.match(stdout, /driver kvm2, Kubernetes v1\.21\.14/)
    assert.match(stdout, /npx serverless deploy/)
    assert.match(stdout, /apply -k container\/kubernetes\/overlays\/node-port/)
  })

  it('takes the driver that it is told', async () => {
    await stub('minikube', 'kubectl', 'docker')
    await run('up', ['--driver', 'qemu2'])
    const starts = (await readCalls()).filter((call) => call.startsWith('minikube start'))
    assert.equal(starts.length, 2)
    for (const call of starts) assert.match(call, / --driver qemu2$/)
  })

  for (const [version, forced] of [
    ['v1.36.0', false],
    ['v1.37.0', true],
    ['v1.40.1', true],
    ['v1.9.2', false],
  ] as const) {
    it(`${forced ? 'forces' : 'does not force'} minikube ${version}`, async () => {
      await stub('minikube', 'kubectl', 'docker')
      const { stderr } = await run('up', [], { version })
      const starts = (await readCalls()).filter((call) => call.startsWith('minikube start'))
      for (const call of starts) assert.equal(call.endsWith(' --force'), forced, call)
      assert.equal(stderr.includes('only with --force'), forced)
    })
  }

  it('says everything that is missing, and does nothing', async () => {
    await stub('kubectl')
    const { code, stderr } = await run('up')
    assert.equal(code, 69)
    assert.match(stderr, /^missing:\n {2}minikube: https:.*\n/)
    await assert.rejects(readCalls(), { code: 'ENOENT' })
  })

  it('says how much memory there has to be', async () => {
    await stub('minikube', 'kubectl', 'docker')
    const { code, stderr } = await run('up', [], { availableKb: 3_000_000 })
    assert.equal(code, 69)
    assert.match(stderr, /two clusters of 2048 MB need 5120 MB of memory, 2929 MB are available/)
    await assert.rejects(readCalls(), { code: 'ENOENT' })
  })

  it('refuses an option that it does not have', async () => {
    const { code, stderr } = await run('up', ['--cpus', '4'])
    assert.equal(code, 64)
    assert.match(stderr, /--cpus is none of the options/)
  })

  it('is undone by minikube/down', async () => {
    await stub('minikube')
    assert.equal((await run('down')).code, 0)
    assert.deepEqual(await readCalls(), [
      'minikube delete --profile kubeless',
      'minikube delete --profile kubernetes',
    ])
  })
})
