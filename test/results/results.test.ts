import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { toCardEvaluation } from '../../model-training/evaluation/card-evaluation'
import type { ModelEvaluation } from '../../model-training/evaluation/model-evaluation'
import { toPage } from '../../model-training/evaluation/page/page'
import { validateEvaluation } from '../../model-training/evaluation/schema'
import type { Run } from '../../bench/run'
import { COMMITTED_MODELS } from '../helpers/committed-models'

const ROOT = join(__dirname, '..', '..')
/** Every folder of a run. */
const RUNS = ['compare', 'clusters', 'peers']
  .map((name) => join('results', name))
  .filter((folder) => existsSync(join(ROOT, folder)))
  .flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name)))
const MODELS = join('results', 'model')

/** The lines between "quoted from FILE" and "end of quote". */
function readQuotes(file: string): { readonly from: string; readonly lines: readonly string[] }[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const quotes = text.matchAll(/<!-- quoted from (\S+) -->\n([^]*?)\n<!-- end of quote -->/g)
  return [...quotes].map(([, from = '', quote = '']) => ({
    from,
    lines: quote.split('\n').filter((line) => line.startsWith('|')),
  }))
}

/** Cells of a table's line: a quote may be aligned in another way, and has no footnotes. */
const toCells = (line: string): string =>
  line
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]/g, '')
    .split('|')
    .map((cell) => cell.trim())
    .join('|')

describe('committed runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'photo-twin-results-'))
  after(() => {
    rmSync(folder, { recursive: true })
  })

  for (const run of RUNS) {
    it(`${run}: its picture can be drawn`, async () => {
      // Others than browsers refuse an image that is no XML.
      const { format, width } = await sharp(join(ROOT, run, 'report.svg')).metadata()
      assert.equal(format, 'svg')
      assert.ok(width > 0)
    })

    it(`${run}: every report file follows from the raw rows, byte for byte`, () => {
      const copy = join(folder, run.replaceAll(/\W/g, '-'))
      cpSync(join(ROOT, run), copy, { recursive: true })
      const files = readdirSync(copy)
      const reports = files.filter((file) => /^(report\..*|peers\.json)$/.test(file))
      assert.ok(reports.length >= 3)
      for (const file of reports) rmSync(join(copy, file))
      // A process of its own, as plots are placed otherwise where a test runner's globals are.
      const args = ['--require', 'ts-node/register', join('bench', 'report', 'main.ts'), copy]
      execFileSync(process.execPath, args, { cwd: ROOT })
      assert.deepEqual(readdirSync(copy), files)
      for (const file of reports) {
        const message = `npm run report -- ${run} makes another ${file}`
        const committed = readFileSync(join(ROOT, run, file), 'utf8')
        assert.ok(readFileSync(join(copy, file), 'utf8') === committed, message)
      }
    })
  }
})

describe('the report on the models', () => {
  it('follows from the evaluations beside it, byte for byte', () => {
    const folder = mkdtempSync(join(tmpdir(), 'photo-twin-models-'))
    try {
      cpSync(join(ROOT, MODELS), folder, { recursive: true })
      rmSync(join(folder, 'report.md'))
      const file = join('model-training', 'models-report-main.ts')
      const args = ['--require', 'ts-node/register', file, folder]
      execFileSync(process.execPath, args, { cwd: ROOT, stdio: 'pipe' })
      const made = readFileSync(join(folder, 'report.md'), 'utf8')
      const committed = readFileSync(join(ROOT, MODELS, 'report.md'), 'utf8')
      assert.ok(made === committed, 'npm run models-report makes another report.md')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('is on the models that are in the catalogue', () => {
    const names = readdirSync(join(ROOT, MODELS)).sort()
    assert.deepEqual(
      names.filter((name) => existsSync(join(ROOT, MODELS, name, 'evaluation.json'))),
      COMMITTED_MODELS.map(({ name }) => name),
    )
  })
})

for (const { name, folder } of COMMITTED_MODELS) {
  describe(`what is claimed of ${name}`, () => {
    const command = `npm run evaluate -- --model ${name} --data PHOTOS --out ${MODELS}/${name} --write-card`
    const readResult = (file: string) => readFileSync(join(ROOT, MODELS, name, file), 'utf8')
    const readCard = () =>
      JSON.parse(readFileSync(join(folder, 'card.json'), 'utf8')) as {
        readonly sha256: string
        readonly evaluation: unknown
      }

    /** @throws Error if it is of another shape than the code makes */
    function readEvaluation(): ModelEvaluation {
      const evaluation: unknown = JSON.parse(readResult('evaluation.json'))
      validateEvaluation(evaluation)
      return evaluation
    }

    it('is measured with the weights that are committed', () => {
      const { model } = JSON.parse(readResult('evaluation.json')) as ModelEvaluation
      assert.deepEqual([model.name, model.sha256], [name, readCard().sha256])
    })

    it('in its card is what evaluation.json says', () => {
      const quoted: unknown = JSON.parse(JSON.stringify(toCardEvaluation(readEvaluation())))
      assert.deepEqual(readCard().evaluation, quoted, `${command} makes another card`)
    })

    it('on its page follows from evaluation.json, byte for byte', () => {
      const page = toPage(readEvaluation())
      assert.ok(readResult('evaluation.html') === page, `${command} makes another page`)
    })
  })
}

for (const page of ['README.md', 'docs/RESULTS.md', 'docs/HOSTS.md', 'docs/DESIGN.md']) {
  describe(page, () => {
    it('quotes tables as they are in the report', () => {
      const quotes = readQuotes(page)
      assert.ok(quotes.length > 0)
      for (const { from, lines } of quotes) {
        const report = readFileSync(join(ROOT, from), 'utf8').split('\n').map(toCells)
        assert.ok(lines.length >= 3)
        for (const line of lines.filter((each) => !/^[|\s:-]+$/.test(each))) {
          assert.ok(report.includes(toCells(line)), `${from} has no line ${line}`)
        }
      }
    })
  })
}

describe('docs/RESULTS.md', () => {
  const text = () => readFileSync(join(ROOT, 'docs/RESULTS.md'), 'utf8')

  it('names every run on clusters, with its commit and the sha256 of its model', () => {
    const rows = [...text().matchAll(/^\| \[`(\S+)`\]\(\S+\) *\| `(\w+)` *\| `([\w-]+) (\w+)`/gm)]
    assert.deepEqual(
      rows.map(([, run]) => run).sort(),
      RUNS.filter((run) => run.startsWith('results/clusters')).sort(),
    )
    for (const [, run = '', commit = '', model, sha256 = ''] of rows) {
      const read = (file: string): unknown =>
        JSON.parse(readFileSync(join(ROOT, run, file), 'utf8'))
      const environment = read('environment.json') as { readonly commit: string }
      assert.ok(commit.length >= 7 && environment.commit.startsWith(commit), run)
      const { targets } = read('run.json') as Run
      const known = targets.flatMap((target) => target.model ?? [])
      assert.ok(known.length > 1, run)
      for (const { name, sha256: whole } of known) {
        assert.equal(name, model, run)
        assert.ok(sha256.length >= 12 && whole.startsWith(sha256), run)
      }
    }
  })
})
