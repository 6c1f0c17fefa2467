import assert from 'node:assert/strict'
import { validateEvaluation } from '../../../model-training/evaluation/schema'
import { toJson } from '../../../model-training/evaluation/to-json'
import { bareEvaluation, sampleEvaluation } from './sample-evaluation'

type Json = Record<string, unknown>
type Path = readonly (string | number)[]

/** Names from outside may be missing. */
const FREE =
  /(^|\/)(unused|perLabel|perSource|perTier|photosPerLabel|variants|engines|decoders)\/[^/]+$/

/** Every property of an object in it; of arrays only the first item. */
function toPaths(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : toPaths(value[0], [...path, 0])
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => [
    [...path, key],
    ...toPaths(item, [...path, key]),
  ])
}

/** The sample, with the object at the end of the path changed. */
function mutate(path: Path, change: (object: Json, key: string) => void): unknown {
  const evaluation = structuredClone(sampleEvaluation())
  let object = evaluation as unknown as Json
  for (const key of path.slice(0, -1)) object = object[key] as Json
  change(object, String(path.at(-1)))
  return evaluation
}

function assertRefused(evaluation: unknown, where: RegExp): void {
  assert.throws(() => {
    validateEvaluation(evaluation)
  }, where)
}

describe("an evaluation's schema", () => {
  const paths = toPaths(sampleEvaluation()).filter((path) => !FREE.test(path.join('/')))

  it('accepts a full and a bare evaluation, also as they are written', () => {
    for (const evaluation of [sampleEvaluation(), bareEvaluation()]) {
      validateEvaluation(evaluation)
      validateEvaluation(JSON.parse(toJson(evaluation)))
    }
  })

  it('refuses an evaluation that lacks anything', () => {
    assert.ok(paths.length > 150, String(paths.length))
    for (const path of paths) {
      const evaluation = mutate(path, (object, key) => {
        Reflect.deleteProperty(object, key)
      })
      assertRefused(evaluation, /must (have required property|match exactly one)/)
    }
  })

  it('refuses anything that it does not know', () => {
    for (const path of paths.filter((one) => !FREE.test([...one.slice(0, -1), 'x'].join('/')))) {
      const evaluation = mutate(path, (object) => {
        object['surplus'] = 1
      })
      assertRefused(evaluation, /must NOT have additional properties|match exactly one/)
    }
  })

  it('refuses a value of another type', () => {
    for (const path of paths) {
      const evaluation = mutate(path, (object, key) => {
        object[key] = [{}]
      })
      assertRefused(evaluation, /the evaluation is not as its schema says/)
    }
  })

  it('refuses a share or a count that cannot be', () => {
    for (const [path, value] of [
      [['accuracy', 'value'], 1.01],
      [['balancedAccuracy'], -0.1],
      [['photos'], 0],
      [['loss'], -1],
      [['confusion', 0, 0], 0.5],
      [['perLabel', 'food', 'f1'], 2],
      [['model', 'sha256'], 'abc'],
      [['data', 'split'], 'some'],
      [['calibration', 'temperatureScaling', 'temperature'], 0],
      [['robustness', 'rows', 0, 'differencePoints', 'lower'], -101],
    ] as const) {
      const evaluation = mutate(path, (object, key) => {
        object[key] = value
      })
      assertRefused(evaluation, /the evaluation is not as its schema says/)
    }
  })

  it('refuses a figure that is no number', () => {
    assert.throws(() => toJson(sampleEvaluation({ loss: Number.NaN })), /\/loss must be number/)
  })
})

describe('evaluation.json', () => {
  it('has what the issue names where it names it', () => {
    const evaluation = JSON.parse(toJson(sampleEvaluation())) as Record<string, Json>
    const { model, accuracy, engines } = evaluation
    assert.equal(model?.['name'], 'sample')
    assert.deepEqual(Object.keys(accuracy ?? {}).slice(0, 3), ['value', 'lower', 'upper'])
    assert.equal(typeof evaluation['photos'], 'number')
    for (const name of ['perLabel', 'perSource', 'confusion']) assert.ok(evaluation[name])
    const { accuracy: share, predictCpuMs, decodeCpuMs } = engines?.['onnx'] as Json
    assert.deepEqual(Object.keys(share as Json), Object.keys(accuracy ?? {}))
    assert.equal(typeof (share as Json)['value'], 'number')
    assert.deepEqual([predictCpuMs, decodeCpuMs], [0.6, 1.9])
  })

  it('writes six digits, and a matrix with its rows on lines', () => {
    const json = toJson(sampleEvaluation({ loss: 1 / 3 }))
    assert.match(json, /"loss": 0\.333333,/)
    assert.match(json, /"confusion": \[\n {4}\[\d+, \d+, \d+\],\n/)
    assert.ok(json.endsWith('}\n'))
  })
})
