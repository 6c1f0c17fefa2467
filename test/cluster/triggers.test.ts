import assert from 'node:assert/strict'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'
import { countCalls } from './helpers/count-calls'
import { listLeft } from './helpers/list-left'
import { useNamespace } from './helpers/namespace'
import { NAME, serverless, writeService } from './helpers/serverless'
import { until } from './helpers/until'

const HOST = 'function.photo-twin.test'
/** The Ingress that is ours, beside the one that Kubeless makes of a HTTPTrigger. */
const OWN_INGRESS = `${NAME}-ingress`
const CRON_JOB = `trigger-${NAME}`

interface Ingress {
  readonly spec: {
    readonly ingressClassName?: string
    readonly rules: readonly {
      readonly host?: string
      readonly http: { readonly paths: readonly object[] }
    }[]
  }
}

describe('what calls a function on Kubeless', function () {
  this.timeout(300_000)
  const namespace = useNamespace('kubeless', 'photo-triggers-test')
  const folder = useTemporaryFolder()

  async function deploy(events: readonly object[]): Promise<string> {
    await writeService(folder(), ({ functions }) => Object.assign(functions[NAME], { events }))
    const { code, stdout, stderr } = await serverless(namespace().kubeconfig, ['deploy'], folder())
    assert.equal(code, 0, stdout + stderr)
    return stdout + stderr
  }
  const listNames = async (kinds: string): Promise<string> =>
    namespace().kubectl('get', kinds, '--output', 'name')

  it('is routed anew where Kubeless has made nothing of its HTTPTrigger', async () => {
    const events = [{ http: { path: '/' } }, { schedule: '* * * * *' }]
    assert.doesNotMatch(await deploy(events), /made anew/)
    await namespace().kubectl('delete', 'ingress', NAME)
    assert.match(await deploy(events), /made no Ingress of HTTPTrigger .*, which is made anew/)
    assert.equal(await listNames('ingresses'), `ingress.networking.k8s.io/${NAME}`)
  })

  it('is called by its schedule', async () => {
    const { spec } = await until('the CronJob', () =>
      namespace().get<{ readonly spec: { readonly schedule: string } }>('cronjob', CRON_JOB),
    )
    assert.equal(spec.schedule, '* * * * *')
    const url = await namespace().urlOf(`${NAME}-node-port`)
    const before = await countCalls(url)
    await until('the schedule to call', async () => (await countCalls(url)) > before || undefined)
  })

  it('gets an Ingress of ours in place of a HTTPTrigger', async () => {
    await deploy([{ http: { path: '/', ingress: true } }])
    const { spec } = await namespace().get<Ingress>('ingress', OWN_INGRESS)
    assert.equal(spec.ingressClassName, 'nginx')
    assert.deepEqual(spec.rules, [
      {
        host: HOST,
        http: {
          paths: [
            {
              ...{ path: '/', pathType: 'Prefix' },
              backend: { service: { name: NAME, port: { number: 8080 } } },
            },
          ],
        },
      },
    ])
    const left = 'httptriggers,cronjobtriggers,cronjobs,ingresses'
    await until(
      'what made room to go',
      async () =>
        (await listNames(left)) === `ingress.networking.k8s.io/${OWN_INGRESS}` || undefined,
    )
  })

  it('gets a HTTPTrigger in place of the Ingress', async () => {
    await deploy([{ http: { path: '/' } }, { schedule: '0 0 * * *' }])
    assert.equal(await listNames('ingresses'), `ingress.networking.k8s.io/${NAME}`)
  })

  it('is removed with all of them', async () => {
    const { code, stdout, stderr } = await serverless(namespace().kubeconfig, ['remove'], folder())
    assert.equal(code, 0, stdout + stderr)
    assert.deepEqual(await listLeft(namespace()), [])
  })
})
