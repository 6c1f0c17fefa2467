import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'

/** A cluster as `minikube profile list` tells of it. */
interface Profile {
  readonly Name: string
  readonly Status: string
  readonly Config: { readonly Driver: string }
}

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** What the script finds. */
interface Machine {
  readonly version?: string
  /** Null: the system does not tell. */
  readonly availableKb?: number | null
  readonly profiles?: readonly Profile[]
  readonly env?: Readonly<Record<string, string>>
}

/**
 * minikube, kubectl and docker that note down how they are called: none of the three is here. What they would do is
 * proven on real clusters (test/cluster), with the same manifests and scripts.
 */
const STUB = `#!/bin/sh
echo "$(basename "$0") $*" >>"$CALLS"
case "$*" in
  'version --short') echo "$MINIKUBE_VERSION" ;;
  'profile list --output json') echo "$LISTED_PROFILES" ;;
  *' get deployment/'*) echo "$FOUND" ;;
esac
`

describe('minikube/up', () => {
  const folder = useTemporaryFolder()
  const calls = (): string => join(folder(), 'calls')

  beforeEach(() => rm(calls(), { force: true }))

  /** Only these are there: what other drivers need may be on this machine, too. */
  async function stub(...names: readonly string[]): Promise<void> {
    await rm(folder(), { recursive: true })
    await mkdir(folder())
    for (const name of ['awk', 'basename', 'bash', 'cat', 'dirname', 'sh', 'sort', 'tail']) {
      await symlink(
        (await promisify(execFile)('which', [name])).stdout.trim(),
        join(folder(), name),
      )
    }
    await symlink(process.execPath, join(folder(), 'node'))
    for (const name of names) {
      await writeFile(join(folder(), name), STUB)
      await chmod(join(folder(), name), 0o755)
    }
  }

  async function run(
    script: string,
    args: readonly string[] = [],
    { version = 'v1.36.0', availableKb = 8_000_000, profiles = [], env: more }: Machine = {},
  ): Promise<Ended> {
    const meminfo = join(folder(), 'meminfo')
    if (availableKb === null) await rm(meminfo, { force: true })
    else await writeFile(meminfo, `MemTotal: 1 kB\nMemAvailable:   ${availableKb} kB\n`)
    const env = {
      ...{ PATH: folder(), CALLS: calls(), MINIKUBE_VERSION: version, MEMINFO: meminfo },
      LISTED_PROFILES: JSON.stringify({ invalid: [], valid: profiles }),
      ...more,
    }
    try {
      const { stdout, stderr } = await promisify(execFile)(join('minikube', script), args, { env })
      return { code: 0, stdout, stderr }
    } catch (error) {
      return error as Ended
    }
  }

  const profile = (name: string, status: string, driver: string): Profile => ({
    Name: name,
    Status: status,
    Config: { Driver: driver },
  })

  const readCalls = async (): Promise<readonly string[]> =>
    (await readFile(calls(), 'utf8')).trimEnd().split('\n')

  it('makes both clusters alike, then images, then Kubeless in the first, and says what is next', async () => {
    await stub('minikube', 'kubectl', 'docker', 'virsh')
    const { code, stdout, stderr } = await run('up')
    assert.equal(code, 0, stderr)
    const start = (profile: string): string =>
      `minikube start --profile ${profile} --kubernetes-version v1.21.14 --cpus 2 --memory 2048mb --addons metrics-server,ingress --driver kvm2`
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
    assert.deepEqual(
      all.filter((call) => call.includes('--context kubernetes')),
      [
        'kubectl --context kubernetes label nodes --all --overwrite photo-twin/minikube-driver=kvm2',
      ],
    )
    assert.match(stdout, /driver kvm2, Kubernetes v1\.21\.14/)
    assert.match(stdout, /npx serverless deploy/)
    assert.match(stdout, /apply -k container\/kubernetes\/overlays\/node-port/)
  })

  for (const [what, programs, profiles, args, expected] of [
    ['that it is told', ['virsh', 'qemu-system-x86_64'], [], ['--driver', 'qemu2'], 'qemu2'],
    ['that makes virtual machines', ['VBoxManage'], [], [], 'virtualbox'],
    [
      'of the cluster that there is',
      ['virsh'],
      [profile('kubernetes', 'Stopped', 'docker')],
      [],
      'docker',
    ],
    ['of no other cluster', ['virsh'], [profile('mine', 'OK', 'docker')], [], 'kvm2'],
    ['docker where there is no other', [], [], [], 'docker'],
    ['that it does not know', [], [], ['--driver', 'podman'], 'podman'],
  ] as const) {
    it(`takes the driver ${what}, and records it`, async () => {
      await stub('minikube', 'kubectl', 'docker', ...programs)
      const { code, stdout, stderr } = await run('up', args, { profiles })
      assert.equal(code, 0, stderr)
      assert.match(stdout, new RegExp(`driver ${expected}, Kubernetes`))
      const all = await readCalls()
      const starts = all.filter((call) => call.startsWith('minikube start'))
      assert.equal(starts.length, 2)
      for (const call of starts) assert.ok(call.endsWith(` --driver ${expected}`), call)
      const labels = all.filter((call) => call.endsWith(`photo-twin/minikube-driver=${expected}`))
      assert.equal(labels.length, 2)
    })
  }

  it('says that clusters in docker see all CPUs', async () => {
    await stub('minikube', 'kubectl', 'docker')
    assert.match((await run('up')).stderr, /docker: its clusters see all CPUs of this machine/)
  })

  it('says what the driver needs', async () => {
    await stub('minikube', 'kubectl', 'docker')
    const { code, stderr } = await run('up', ['--driver', 'kvm2'])
    assert.equal(code, 69)
    assert.match(stderr, /missing:\n {2}virsh, which the driver kvm2 needs: https:/)
    assert.deepEqual(await readCalls(), ['minikube profile list --output json'])
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

  for (const [what, up, needed] of [
    ['no cluster', [], 5120],
    ['one that is up', [profile('kubeless', 'OK', 'kvm2')], 3072],
    ['one that is stopped', [profile('kubeless', 'Stopped', 'kvm2')], 5120],
  ] as const) {
    it(`says how much memory there has to be with ${what}: ${needed} MB`, async () => {
      await stub('minikube', 'kubectl', 'docker', 'virsh')
      const { code, stderr } = await run('up', [], { availableKb: 3_000_000, profiles: up })
      assert.equal(code, 69)
      assert.match(
        stderr,
        new RegExp(`not up and need ${needed} MB of memory, 2929 MB are available`),
      )
      assert.ok(!(await readCalls()).some((call) => call.startsWith('minikube start')))
    })
  }

  it('looks at all memory where the system does not tell what is available', async () => {
    await stub('minikube', 'kubectl', 'docker', 'virsh')
    const small = join(folder(), 'small.js')
    await writeFile(small, "require('os').totalmem = () => 3000 * 2 ** 20")
    const env = { NODE_OPTIONS: `--require ${small}` }
    const { code, stderr } = await run('up', [], { availableKb: null, env })
    assert.equal(code, 69)
    assert.match(stderr, /need 5120 MB of memory, 3000 MB are all that there is/)
  })

  it('needs no memory for clusters that are up', async () => {
    await stub('minikube', 'kubectl', 'docker', 'virsh')
    const profiles = ['kubeless', 'kubernetes'].map((name) => profile(name, 'Running', 'kvm2'))
    const { code, stderr } = await run('up', [], { availableKb: 100_000, profiles })
    assert.equal(code, 0, stderr)
  })

  it('refuses an option that it does not have', async () => {
    const { code, stderr } = await run('up', ['--cpus', '4'])
    assert.equal(code, 64)
    assert.match(stderr, /--cpus is none of the options/)
  })

  for (const [what, found, isRestarted] of [
    ['that are new', '', false],
    ['that were there, which read their configuration only then', 'deployment.apps/a', true],
  ] as const) {
    it(`${isRestarted ? 'starts' : 'does not start'} controllers of Kubeless anew ${what}`, async () => {
      await stub('kubectl')
      const { code, stderr } = await run('install-kubeless', [], { env: { FOUND: found } })
      assert.equal(code, 0, stderr)
      const all = await readCalls()
      const restart =
        'kubectl --namespace kubeless rollout restart deployment/kubeless-controller-manager'
      assert.equal(all.includes(restart), isRestarted)
      assert.ok(all.at(-1)?.startsWith('kubectl --namespace kubeless rollout status'))
    })
  }

  it('is undone by minikube/down', async () => {
    await stub('minikube')
    assert.equal((await run('down')).code, 0)
    assert.deepEqual(await readCalls(), [
      'minikube delete --profile kubeless',
      'minikube delete --profile kubernetes',
    ])
  })
})
