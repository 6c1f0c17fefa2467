import assert from 'node:assert/strict'
import { NAME, serverless, writeService } from '../../cluster/helpers/serverless'
import type { ServiceFile } from '../../cluster/helpers/serverless'
import { useTemporaryFolder } from '../../helpers/use-temporary-folder'

describe('serverless and a serverless.yml that is wrong', () => {
  const folder = useTemporaryFolder()

  const functionOf = ({ functions }: ServiceFile): Record<string, unknown> => functions[NAME]

  for (const [what, change, words] of [
    [
      'a property of the provider that there is not',
      ({ provider }) => Object.assign(provider, { memroySize: '1Gi' }),
      /at 'provider': unrecognized property 'memroySize'/,
    ],
    [
      'a property of a function that there is not',
      (service) => Object.assign(functionOf(service), { timout: 3 }),
      /at 'functions\.photo-function': unrecognized property 'timout'/,
    ],
    [
      'a property of an event that there is not',
      (service) => Object.assign(functionOf(service), { events: [{ http: { pth: '/' } }] }),
      /at 'functions\.photo-function\.events\.0\.http': unrecognized property 'pth'/,
    ],
    [
      'an event that there is not',
      (service) => Object.assign(functionOf(service), { events: [{ queue: 'photos' }] }),
      /at 'functions\.photo-function\.events\.0': unsupported function event/,
    ],
    [
      'a schedule that is none',
      (service) => Object.assign(functionOf(service), { events: [{ schedule: 'daily' }] }),
      /at 'functions\.photo-function\.events\.0\.schedule': must match pattern/,
    ],
  ] as const satisfies readonly (readonly [string, (service: ServiceFile) => unknown, RegExp])[]) {
    it(`refuses ${what} before it looks for a cluster`, async () => {
      await writeService(folder(), change)
      const { code, stdout } = await serverless('/nowhere', ['deploy'], folder())
      assert.equal(code, 1)
      assert.match(stdout, words)
    })
  }
})
