import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readService } from '../../functions/kubeless/serverless-plugin/read-service'
import type { Serverless } from '../../functions/kubeless/serverless-plugin/serverless'

const ROOT = join(__dirname, '../..')

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly env: readonly { readonly name: string; readonly value: string }[]
          readonly resources: object
        }[]
      }
    }
  }
}

async function readYaml(file: string): Promise<unknown> {
  const { loadYaml } = await import('@kubernetes/client-node')
  // Of what it knows it makes instances of its own classes.
  return JSON.parse(JSON.stringify(loadYaml(await readFile(join(ROOT, file), 'utf8'))))
}

describe('the twins on Kubernetes', () => {
  it('get the same CPU, memory and time to stop', async () => {
    const deployment = await readYaml('container/kubernetes/base/deployment.yaml')
    const { env, resources } = (deployment as Deployment).spec.template.spec.containers[0]!
    const yml = await readYaml('functions/kubeless/serverless.yml')
    const { service, ...others } = yml as Serverless['service']
    const { functions } = readService({ service, ...others })
    for (const { limits, requests, environment } of functions) {
      assert.deepEqual({ limits, requests }, resources)
      assert.deepEqual(environment, Object.fromEntries(env.map(({ name, value }) => [name, value])))
    }
    assert.deepEqual(resources, {
      limits: { cpu: '2', memory: '1Gi' },
      requests: { cpu: '250m', memory: '256Mi' },
    })
  })
})
