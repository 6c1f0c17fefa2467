import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(__dirname, '..', '..')
const RUNS = join('results', 'compare')

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

  for (const run of readdirSync(join(ROOT, RUNS))) {
    it(`${run}: every report file follows from the raw rows, byte for byte`, () => {
      const copy = join(folder, run)
      cpSync(join(ROOT, RUNS, run), copy, { recursive: true })
      const files = readdirSync(copy)
      const reports = files.filter((file) => file.startsWith('report.'))
      assert.ok(reports.length >= 3)
      for (const file of reports) rmSync(join(copy, file))
      // A process of its own, as plots are placed otherwise where a test runner's globals are.
      const args = ['--require', 'ts-node/register', join('bench', 'report', 'main.ts'), copy]
      execFileSync(process.execPath, args, { cwd: ROOT })
      assert.deepEqual(readdirSync(copy), files)
      for (const file of reports) {
        const message = `npm run report -- ${RUNS}/${run} makes another ${file}`
        const committed = readFileSync(join(ROOT, RUNS, run, file), 'utf8')
        assert.ok(readFileSync(join(copy, file), 'utf8') === committed, message)
      }
    })
  }
})

describe('README', () => {
  it('quotes tables as they are in the report', () => {
    const quotes = readQuotes('README.md')
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
