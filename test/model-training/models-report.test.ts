import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { toPoints } from '../../model-training/evaluation/format'
import { toReferenceRows } from '../../model-training/evaluation/reference-rows'
import { toPrettyJson } from '../../model-training/json'
import type { SourcesReport } from '../../model-training/leave-one-source-out'
import { toModelsReport } from '../../model-training/models-report'
import {
  bareEvaluation,
  sampleEvaluation,
  withEngines,
  withoutUnseen,
} from './evaluation/sample-evaluation'
import { withFolder } from './temporary-folder'

const named = (name: string) => ({ name, sha256: 'cd'.repeat(32), labels: ['food', 'drink'] })

const SOURCES: SourcesReport = {
  command: 'npm run train -- --data PHOTOS --leave-one-source-out',
  commit: 'abc1234',
  engine: { name: '@tensorflow/tfjs-node', version: '4.22.0' },
  ...{ network: 'photo-net', size: 128, epochs: 12, seed: 1, licenceTiers: ['A'], teacher: null },
  minutes: 31.4,
  sources: [
    {
      ...{ source: 'web', labels: ['food'], photos: 4 },
      accuracy: { value: 0.75, lower: 0.3, upper: 0.95, level: 0.95, method: 'Wilson' },
      perLabel: { food: { photos: 4, right: 3 } },
    },
  ],
}

/** Rows of a Markdown table, [cells], whose first cell is one of these. */
const rowsOf = (report: string, first: string): string[][] =>
  report
    .split('\n')
    .filter((line) => line.startsWith(`| ${first} |`))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')))

describe('toModelsReport', () => {
  const sample = sampleEvaluation()
  const evaluations = [sample, { ...bareEvaluation(), model: named('bare') }]

  it('names model, command, commit and machine of each evaluation', () => {
    const [origin] = rowsOf(toModelsReport({ evaluations, sources: undefined }), 'sample')
    assert.equal(origin?.[1], 'abababababab')
    assert.match(origin[2] ?? '', /npm run evaluate -- --model sample /)
    assert.ok(origin.includes('abc1234') && origin.includes('2 × A processor'))
  })

  it('quotes the command that a model was made by, where its card has one', () => {
    const origins = new Map([[sample.model.sha256, { command: 'npm run train -- --data PHOTOS' }]])
    const report = toModelsReport({ evaluations, sources: undefined, origins })
    assert.match(report, /^\| sample \| `npm run train -- --data PHOTOS` \|$/m)
    assert.doesNotMatch(report, /^\| bare \| `npm run train/m)
    assert.doesNotMatch(toModelsReport({ evaluations, sources: undefined }), /made by/)
  })

  it('says of the models of the catalogue whether they reach what is asked', () => {
    const model = { ...named('photo-net'), sha256: 'ef'.repeat(32) }
    const origins = new Map([[model.sha256, { command: 'c', minutes: 170, teacherMinutes: 10.5 }]])
    assert.ok(sample.robustness.state === 'measured')
    const rows = sample.robustness.rows.map((row) => ({ ...row, variant: 'upscaled' }))
    const robustness = { ...sample.robustness, rows }
    const report = toModelsReport({
      evaluations: [sampleEvaluation({ model, robustness })],
      sources: undefined,
      origins,
    })
    const asked = rowsOf(report, 'photo-net').filter((cells) => cells.length === 5)
    const [accuracy, hopedFor, heldout, upscaled, minutes] = asked
    // 25 of 30 are right; 0.92 of them are 28 and 0.95 are 29.
    assert.match(
      accuracy?.join('|') ?? '',
      /^photo-net\|accuracy, by \w+ with \w+\|0\.920 or more\|/,
    )
    assert.match(accuracy?.at(-2) ?? '', / of 30$/)
    assert.deepEqual([hopedFor?.[2], hopedFor?.at(-1)], ['0.950 or more', 'no: 4 photos too few'])
    assert.match(heldout?.[1] ?? '', /new label and source/)
    assert.match(upscaled?.[1] ?? '', /1600 x 1200/)
    assert.deepEqual(minutes?.slice(1), [
      ...['minutes of training', '180 or fewer', '180.5, 10.5 of them for the teacher', 'no'],
    ])
    const others = toModelsReport({ evaluations, sources: undefined })
    assert.doesNotMatch(others, /Asked and reached/)
  })

  it('tells what is taken for what, the most frequent first', () => {
    const confusion = [
      [9, 1, 0],
      [3, 7, 0],
      [0, 0, 10],
    ]
    const all = [sampleEvaluation({ confusion })]
    assert.match(
      toModelsReport({ evaluations: all, sources: undefined }),
      /^sample makes 4 mistakes: 3 of drink told as food, 1 of food told as drink\.$/m,
    )
  })

  it('gives accuracy with its interval, also of photos from elsewhere', () => {
    const report = toModelsReport({ evaluations, sources: undefined })
    const { value, lower, upper } = sample.accuracy
    const interval = `${value.toFixed(3)} (${lower.toFixed(3)} to ${upper.toFixed(3)})`
    const rows = rowsOf(report, 'sample')
    assert.ok(rows.some((cells) => cells[1] === '30' && cells[2] === interval))
    const heldout = sample.heldoutSources
    const share = `${heldout?.accuracy.value.toFixed(3) ?? ''} (`
    assert.ok(rows.some((cells) => cells[1]?.startsWith(share) && cells[1].endsWith(' of 6')))
    assert.ok(rowsOf(report, 'bare').some((cells) => cells.slice(1).every((cell) => cell === '–')))
  })

  it('says once of which label no photo comes from a new source, and of which models that holds', () => {
    const sentence =
      'No photo of drink comes from a source that no labelled photo was learnt from: '
    const without = withoutUnseen(['drink'])
    const report = (...models: (typeof sample)[]) =>
      toModelsReport({ evaluations: models, sources: undefined }).split('\n')
    const isSaid = (line: string) => line.includes(sentence)
    const both = report(without, { ...without, model: named('other') }).filter(isSaid)
    assert.equal(both.length, 1)
    assert.ok(both[0]?.startsWith(sentence))
    const one = report({ ...without, model: named('other') }, sample).filter(isSaid)
    assert.ok(one[0]?.startsWith(`other: ${sentence}`))
    assert.deepEqual(report(sample).filter(isSaid), [])
  })

  it('puts the models side by side in every source and change', () => {
    const report = toModelsReport({ evaluations, sources: undefined })
    assert.match(report, /^\| source \| photos \| sample \| bare \|$/m)
    assert.equal(rowsOf(report, 'web')[0]?.at(-1), '–')
    assert.match(report, /^\| changed \| sample \| bare \|$/m)
    assert.equal(rowsOf(report, 'jpeg-30').length, 1)
  })

  it('tells of changed photos by the reference engine and decoder, and which they are', () => {
    const { differencePoints } = toReferenceRows(sample)[0]!
    const several = withEngines(['wasm', 'onnx', 'tensorflow'], (row) =>
      row.engine === 'onnx'
        ? row
        : { ...row, differencePoints: { ...differencePoints, value: 77.7 } },
    )
    const report = toModelsReport({ evaluations: [several], sources: undefined })
    assert.match(report, /unchanged, by onnx with sharp; each evaluation\.json has every other/)
    assert.doesNotMatch(report, /77\.7/)
    assert.equal(rowsOf(report, 'jpeg-30')[0]?.[1], toPoints(differencePoints))
  })

  it('tells of trainings without a source where there are some', () => {
    assert.doesNotMatch(toModelsReport({ evaluations, sources: undefined }), /Without a source/)
    const report = toModelsReport({ evaluations, sources: SOURCES })
    assert.match(report, /12 epochs only.*31\.4 minutes of training\./)
    const taught = toModelsReport({ evaluations, sources: { ...SOURCES, teacherMinutes: 7.5 } })
    assert.match(taught, /31\.4 minutes of training, and 7\.5 minutes of the teacher\./)
    const row = rowsOf(report, 'web').at(-1)
    assert.deepEqual(row, ['web', 'food 3 of 4', '4', '0.750 (0.300 to 0.950)'])
  })
})

const ROOT = resolve(__dirname, '../..')

const run = (folder: string): Promise<{ readonly code: number; readonly stderr: string }> =>
  new Promise((settle) => {
    const file = join(ROOT, 'model-training/models-report-main.ts')
    const args = ['--require', 'ts-node/register', file, folder]
    execFile(process.execPath, args, { cwd: ROOT }, (error, _, stderr) => {
      settle({ code: Number(error?.code ?? 0), stderr })
    })
  })

describe('npm run models-report', () => {
  it('writes the report of what it finds, best model first', async () => {
    await withFolder({}, async (folder) => {
      for (const [name, accuracy] of Object.entries({ a: 0.5, b: 0.75 })) {
        await mkdir(join(folder, name))
        const { accuracy: interval } = sampleEvaluation()
        const evaluation = sampleEvaluation({
          model: named(name),
          accuracy: { ...interval, value: accuracy },
        })
        await writeFile(join(folder, name, 'evaluation.json'), toPrettyJson(evaluation))
      }
      await mkdir(join(folder, 'sources'))
      await writeFile(join(folder, 'sources/leave-one-source-out.json'), toPrettyJson(SOURCES))
      assert.deepEqual(await run(folder), { code: 0, stderr: '' })
      const report = await readFile(join(folder, 'report.md'), 'utf8')
      assert.match(report, /^\| changed \| b \| a \|$/m)
      assert.match(report, /Without a source/)
    })
  })

  it('exits with 65 and names the folder or file that is of no use', async () => {
    await withFolder({}, async (folder) => {
      const empty = await run(folder)
      assert.equal(empty.code, 65)
      assert.match(empty.stderr, /has no NAME\/evaluation\.json: npm run evaluate writes them/)
      await mkdir(join(folder, 'a'))
      await writeFile(join(folder, 'a/evaluation.json'), '{"version":1}')
      const damaged = await run(folder)
      assert.equal(damaged.code, 65)
      assert.match(damaged.stderr, /a\/evaluation\.json.*not as its schema says/)
      const missing = await run(join(folder, 'nowhere'))
      assert.equal(missing.code, 65)
      assert.match(missing.stderr, /nowhere cannot be read/)
    })
  })
})
