import assert from 'node:assert/strict'
import { validateReport } from '../../../bench/report/schema'
import { REPORTS } from './rendering'
import { sampleReport } from './sample-report'

type Json = Record<string, unknown>
type Path = readonly (string | number)[]

/** May be missing, or are names from outside. */
const FREE = /^(comparisons|aa)\/0\/reason$|limits\/(cpus|memoryBytes)\/reason$|packages\//

/** What only some runs have. */
const OPTIONAL = /^shims$|(serialiseTime|generatorLooks)$/

/** Every property of an object in it; of arrays only the first item. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : pathsOf(value[0], [...path, 0])
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, of]) => [
    [...path, key],
    ...pathsOf(of, [...path, key]),
  ])
}

/** A report in which the object at the end of the path has been changed. */
function mutate(path: Path, change: (object: Json, key: string) => void): unknown {
  const report = structuredClone(sampleReport())
  let object = report as unknown as Json
  for (const key of path.slice(0, -1)) object = object[key] as Json
  change(object, String(path.at(-1)))
  return report
}

function rejects(report: unknown, where: RegExp): void {
  assert.throws(() => {
    validateReport(report)
  }, where)
}

describe("a report's schema", () => {
  for (const [name, toReport] of Object.entries(REPORTS)) {
    it(`accepts the ${name} report, also as JSON`, () => {
      validateReport(toReport())
      validateReport(JSON.parse(JSON.stringify(toReport())))
    })
  }

  const paths = pathsOf(sampleReport()).filter((path) => !FREE.test(path.join('/')))

  it('knows every property', () => {
    assert.ok(paths.length > 150, String(paths.length))
  })

  it('rejects a report that lacks any property, and says where', () => {
    for (const path of paths.filter((each) => !OPTIONAL.test(each.join('/')))) {
      const report = mutate(path, (object, key) => {
        Reflect.deleteProperty(object, key)
      })
      const where = path.slice(0, -1).join('/')
      rejects(report, new RegExp(`${where}: must have required property '${String(path.at(-1))}'`))
    }
  })

  it('rejects a property that nobody knows, and says where', () => {
    for (const path of paths) {
      const report = mutate(path, (object) => (object['surprise'] = 1))
      const where = path.slice(0, -1).join('/')
      rejects(report, new RegExp(`${where}: must NOT have additional properties \\(surprise\\)`))
    }
  })

  it('rejects a value of another type', () => {
    for (const path of paths) {
      rejects(
        mutate(path, (object, key) => (object[key] = [[['another type']]])),
        new RegExp(`/${path.join('/')}[:/]`),
      )
    }
  })

  const WRONG: readonly [name: string, path: Path, value: unknown][] = [
    ['another version', ['version'], 2],
    ['no advice', ['advice'], ''],
    ['a verdict that does not exist', ['comparisons', 0, 'verdict'], 'better'],
    ['a metric that does not exist', ['aa', 0, 'metric'], 'responseTime.p99'],
    ['half an interval', ['conditions', 0, 'responseTime', 'p50', 'upper'], null],
    ['what is not a number', ['conditions', 0, 'throughput'], Number.NaN],
    ['a negative ratio', ['comparisons', 0, 'ratio'], -1],
    ['a share above 1', ['power', 0, 'slowerAt10Percent'], 1.01],
    ['half a request', ['conditions', 0, 'requests'], 0.5],
    ['no date', ['environment', 'startedAt'], 'yesterday'],
    ['a trial of requests and of time', ['plan', 'trialSize', 'duration'], 1000],
    ['a valid run with reasons against it', ['invalidReasons'], ['one']],
    ['an invalid run without a reason', ['valid'], false],
  ]
  for (const [name, path, value] of WRONG) {
    it(`rejects ${name}`, () => {
      rejects(
        mutate(path, (object, key) => (object[key] = value)),
        /not as its schema says:\n- /,
      )
    })
  }
})
