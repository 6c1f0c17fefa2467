import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { goodPhotos } from '../fixtures/good-photos'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'
import { listLeft } from './helpers/list-left'
import { useNamespace } from './helpers/namespace'
import { recordRights, toRights } from './helpers/recorded-rights'
import { run } from './helpers/run'
import { NAME, serverless, writeService } from './helpers/serverless'

const ROLE = join(__dirname, '../../functions/kubeless/deployer-role.yaml')

describe('serverless and a cluster that refuses', function () {
  this.timeout(300_000)
  const namespace = useNamespace('kubeless', 'photo-refusals-test')
  const withoutKubeless = useNamespace('kubernetes', 'photo-refusals-test')
  const folder = useTemporaryFolder()

  /** A kubeconfig of a service account that may do what its role says. */
  async function writeUser(name: string): Promise<string> {
    const { kubectl, name: own, kubeconfig } = namespace()
    await kubectl('create', 'serviceaccount', name)
    const { secrets } = await namespace().get<{ readonly secrets: readonly { name: string }[] }>(
      'serviceaccount',
      name,
    )
    const { data } = await namespace().get<{ readonly data: { readonly token: string } }>(
      'secret',
      secrets[0]!.name,
    )
    const file = join(folder(), `${name}.kubeconfig`)
    await writeFile(file, await readFile(kubeconfig))
    const set = (...args: string[]) =>
      run('kubectl', ['--kubeconfig', file, 'config', ...args]).then(({ code, stderr }) => {
        assert.equal(code, 0, stderr)
      })
    await set('set-credentials', name, '--token', Buffer.from(data.token, 'base64').toString())
    await set('set-context', '--current', '--user', name, '--namespace', own)
    return file
  }

  const refuses = async (kubeconfig: string, message: RegExp, command = 'deploy') => {
    const { code, stdout, stderr } = await serverless(kubeconfig, [command], folder())
    assert.notEqual(code, 0, stdout + stderr)
    assert.match(stdout + stderr, message)
    assert.doesNotMatch(stdout + stderr, /^\s+at .*\.ts:/m)
  }

  beforeEach(() => writeService(folder(), () => undefined))

  it('needs all of the role of deployer-role.yaml, and nothing else', async () => {
    const user = await writeUser('deployer')
    const { kubectl, name } = namespace()
    await kubectl('apply', '--filename', ROLE)
    const account = `${name}:deployer`
    await kubectl(
      ...['create', 'rolebinding', 'deployer', '--role', 'photo-twin-deployer'],
      ...['--serviceaccount', account],
    )
    const photo = join(folder(), 'photo.jpg')
    await writeFile(photo, (await goodPhotos())[0]!.bytes)
    const recorded = await recordRights({ kubeconfig: user, namespace: name }, folder())
    const runs = async (command: string, ...args: readonly string[]) => {
      const { code, stdout, stderr } = await serverless(
        recorded.kubeconfig,
        [command, ...args],
        folder(),
      )
      assert.equal(code, 0, `${command}: ${stdout}${stderr}`)
    }
    const deploys = async (...events: readonly object[]) => {
      await writeService(folder(), ({ functions }) => Object.assign(functions[NAME], { events }))
      await runs('deploy')
    }
    try {
      await deploys({ http: { path: '/' } }, { trigger: 'photos' }, { schedule: '0 0 1 1 *' })
      await runs('info')
      await runs('invoke', '--function', NAME, '--path', photo)
      await runs('logs', '--function', NAME)
      await deploys({ http: { path: '/', ingress: true } })
      await runs('remove')
      const { loadYaml } = await import('@kubernetes/client-node')
      const role = loadYaml<Parameters<typeof toRights>[0]>(await readFile(ROLE, 'utf8'))
      assert.deepEqual([...recorded.used].sort(), [...toRights(role)].sort())
    } finally {
      await recorded.stop()
    }
    assert.deepEqual(await listLeft(namespace()), [])
    for (const [verb, what, ...where] of [
      ['get', 'secrets'],
      ['delete', 'pods'],
      ['create', 'pods/exec'],
      ['patch', 'deployments.apps'],
      ['list', 'functions.kubeless.io', '--namespace', 'default'],
      ['get', 'configmaps', '--namespace', 'kubeless'],
      ['list', 'functions.kubeless.io', '--all-namespaces'],
    ] as const) {
      const { stdout } = await run('kubectl', [
        ...['--kubeconfig', user, 'auth', 'can-i', verb, what, ...where],
      ])
      assert.equal(stdout.trim(), 'no', `${verb} ${what} ${where.join(' ')}`)
    }
  })

  it('says what somebody without that role may not', async () => {
    await refuses(
      await writeUser('nobody'),
      new RegExp(`Function ${NAME} in photo-refusals-test: .*forbidden.*deployer-role\\.yaml`, 's'),
    )
  })

  it('leaves alone what is there already and somebody else’s', async () => {
    const service = { apiVersion: 'v1', kind: 'Service' }
    const spec = { ports: [{ port: 80 }], selector: { a: 'b' } }
    await namespace().apply({ ...service, metadata: { name: `${NAME}-node-port` }, spec })
    try {
      await refuses(
        namespace().kubeconfig,
        new RegExp(`Service ${NAME}-node-port in .* is there already and not of the service`),
      )
      assert.deepEqual(await listLeft(namespace()), [`service/${NAME}-node-port`])
    } finally {
      await namespace().kubectl('delete', 'service', `${NAME}-node-port`)
    }
  })

  it('says what is missing in a cluster without Kubeless', () =>
    refuses(withoutKubeless().kubeconfig, /has no Functions \(kubeless\.io\/v1beta1\): install/))

  it('says what a quota leaves no room for', async () => {
    const { kubectl } = namespace()
    await kubectl('create', 'quota', 'small', '--hard', 'pods=0')
    try {
      await refuses(namespace().kubeconfig, new RegExp(`function ${NAME}: .*exceeded quota: small`))
    } finally {
      await kubectl('delete', 'quota', 'small')
      const { code } = await serverless(namespace().kubeconfig, ['remove'], folder())
      assert.equal(code, 0)
    }
  })

  it('says that a runtime is not there', async () => {
    await writeService(folder(), ({ provider }) => {
      Object.assign(provider, { runtime: 'nodejs6', rolloutTimeout: 5 })
    })
    await refuses(namespace().kubeconfig, /kubeless-config/)
    await serverless(namespace().kubeconfig, ['remove'], folder())
  })

  it('says that a kubeconfig is not there, is damaged, or leads nowhere', async () => {
    await refuses(join(folder(), 'nowhere'), /kubeconfig .*nowhere cannot be used: .*ENOENT/)
    const damaged = join(folder(), 'damaged')
    await writeFile(damaged, '{')
    await refuses(damaged, /kubeconfig .*damaged cannot be used/)
    const elsewhere = join(folder(), 'elsewhere')
    await writeFile(elsewhere, await readFile(namespace().kubeconfig))
    const current = await namespace().kubectl('config', 'current-context')
    const cluster = await namespace().kubectl(
      ...[
        'config',
        'view',
        '--output',
        `jsonpath={.contexts[?(@.name=="${current}")].context.cluster}`,
      ],
    )
    await run('kubectl', [
      ...['--kubeconfig', elsewhere, 'config', 'set-cluster', cluster],
      ...['--server', 'https://127.0.0.1:1'],
    ])
    await refuses(
      elsewhere,
      /API server https:\/\/127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/,
    )
  })
})
