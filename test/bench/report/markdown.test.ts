import assert from 'node:assert/strict'
import { toMarkdown } from '../../../bench/report/markdown'
import type { Report } from '../../../bench/report/report'
import type { TrialSize } from '../../../bench/trial-size'
import { readMarkdownTable, rowOf, toCells } from './read-table'
import { REPORTS } from './rendering'
import {
  change,
  clustersReport,
  emptyReport,
  estimate,
  foreignReport,
  interruptedReport,
  invalidReport,
  NO_SUMMARY,
  sampleReport,
} from './sample-report'

const TINY = { value: null, lower: null, upper: null } as const

function withFirstCondition(changes: Partial<Report['conditions'][number]>): Report {
  const sample = sampleReport()
  const [first, ...others] = sample.conditions
  return change(sample, { conditions: [{ ...first!, ...changes }, ...others] })
}

describe('the report in Markdown', () => {
  it('begins with validity, warnings and advice', () => {
    const report = sampleReport()
    const lines = toMarkdown(report).split('\n')
    assert.equal(lines[0], '# photo-twin: function against container')
    assert.ok(lines.includes('**VALID** No reason was found to distrust the figures.'))
    assert.ok(lines.includes('- The load average before the run was 1.2.'))
    const at = lines.indexOf('## Which should I run?')
    assert.equal(lines[at + 2]!.replaceAll('**', ''), report.advice)
  })

  it('says first that a run is INVALID, and why', () => {
    const text = toMarkdown(invalidReport())
    const [, , , , verdict, , reason] = text.split('\n')
    assert.equal(verdict, '**INVALID: no figure of this run may be trusted.**')
    assert.equal(reason, '- 3 of 1000 answers of function at concurrency 20 were wrong.')
    assert.doesNotMatch(text, /\*\*VALID/)
  })

  it('prints every target at every concurrency with intervals', () => {
    const rows = readMarkdownTable(toMarkdown(sampleReport()), 'Every target')
    assert.equal(rows.length, 2 + 16)
    const expected =
      '20|function|41.5 (40.7–42.3)|56.6 (55.5–57.7)|80.8 (79.2–82.4)|463|463|6.32|201|1000|0'
    assert.equal(rowOf(rows, '20', 'function').join('|'), expected)
    assert.deepEqual(
      rows.slice(2, 6).map(([, target]) => target),
      ['container', 'function', 'stock-function', 'container-again'],
    )
  })

  it('prints what targets in clusters request, and how they are reached', () => {
    const rows = readMarkdownTable(toMarkdown(clustersReport()), 'What was measured')
    for (const [name, value] of [
      ['CPUs requested', '0.25'],
      ['Memory requested', '256 MiB'],
      ['Reached by', 'port 30080 of the node, Service photo-twin (NodePort)'],
    ]) {
      assert.equal(rows.find((row) => row[0] === name)?.[1], value, name)
    }
    const elsewhere = toMarkdown(sampleReport())
    assert.doesNotMatch(elsewhere, /requested|Reached by/)
  })

  it('prints losses: errors, and goodput beside throughput', () => {
    const report = withFirstCondition({ errors: 7, throughput: 100, goodput: 93.25 })
    const row = rowOf(readMarkdownTable(toMarkdown(report), 'Every target'), '1', 'container')
    assert.deepEqual([row[5], row[6], row[10]], ['100', '93.3', '7'])
  })

  it('prints "n too small" in place of a quantile, and below what it would take', () => {
    const responseTime = {
      ...NO_SUMMARY,
      p50: estimate(5),
      p99: { ...TINY, reason: 'n too small: p99 needs 662, there are 100' },
    }
    const text = toMarkdown(withFirstCondition({ responseTime }))
    const row = rowOf(readMarkdownTable(text, 'Every target'), '1', 'container')
    assert.deepEqual(row.slice(2, 5), ['5.00 (4.90–5.10)', '–¹', 'n too small²'])
    assert.match(text, /^¹ Nothing was measured\.<br>\n² p99 needs 662, there are 100\.$/m)
  })

  it('prints a value without an interval with the reason', () => {
    const p50 = { value: 5, lower: null, upper: null, reason: 'one block has no interval' }
    const text = toMarkdown(withFirstCondition({ responseTime: { ...NO_SUMMARY, p50 } }))
    assert.equal(rowOf(readMarkdownTable(text, 'Every target'), '1', 'container')[2], '5.00¹')
    assert.match(text, /^¹ No interval: one block has no interval\./m)
  })

  it('prints ratios with interval and verdict, of CPU as more and less', () => {
    const rows = readMarkdownTable(toMarkdown(sampleReport()), 'function / container')
    assert.deepEqual(rowOf(rows, 'Response time, p50').slice(1), [
      '1.113 (1.102–1.125) slower',
      '1.054 (1.044–1.065) slower',
      '1.036 (1.025–1.046) equivalent',
      '1.023 (1.013–1.034) equivalent',
    ])
    assert.equal(rowOf(rows, 'Throughput')[1], '0.898 (0.889–0.907) slower')
    assert.equal(rowOf(rows, 'CPU a request')[4], '1.127 (1.115–1.138) more')
    const stock = readMarkdownTable(toMarkdown(sampleReport()), 'stock-function / container')
    assert.equal(rowOf(stock, 'Response time, p50')[4], '5.67 (5.61–5.73) slower')
  })

  it('says why a ratio is undecided, and of how many blocks it is', () => {
    const sample = sampleReport()
    const [first, ...others] = sample.comparisons
    const report = change(sample, {
      comparisons: [
        { ...first!, blocks: 8, verdict: 'undecided', reason: '8 blocks, a verdict needs 10' },
        ...others,
      ],
    })
    const text = toMarkdown(report)
    const row = rowOf(readMarkdownTable(text, 'function / container'), 'Response time, p50')
    assert.equal(row[1], '1.113 (1.102–1.125) undecided¹')
    assert.match(text, /^¹ 8 blocks, a verdict needs 10\. Of 8 blocks instead of 10\.$/m)
  })

  it('prints where the time goes so that it adds up', () => {
    const rows = readMarkdownTable(toMarkdown(sampleReport()), 'Mean response time')
    const row = rowOf(rows, '5', 'stock-function')
    const [response, ...parts] = row.slice(2).map((cell) => Number(cell.split(' ')[0]))
    assert.equal(response, 73)
    assert.equal(parts.length, 6)
    assert.ok(Math.abs(parts.reduce((sum, part) => sum + part, 0) - response) < 0.1)
  })

  it('prints what waiting is of, and nothing where it is not known', () => {
    const rows = readMarkdownTable(toMarkdown(sampleReport()), 'What waiting is of')
    const value = (cell: string): string => cell.split(' ')[0] ?? ''
    assert.deepEqual(
      ['container', 'function', 'stock-function'].map((target) => rowOf(rows, target).map(value)),
      [
        ['container', '0.92', '0.71', '0.050', '0.16', '10'],
        ['function', '1.10', '0.94', '–', '0.16', '10'],
        ['stock-function', '–', '2.40¹', '–', '–', '1'],
      ],
    )
  })

  it('prints A/A, resolution and power', () => {
    const text = toMarkdown(sampleReport())
    assert.match(text, /^resolution: ±1\.8 %\./m)
    const aa = readMarkdownTable(text, 'container-again / container')
    assert.equal(rowOf(aa, 'Response time, p50')[1], '1.005 (0.995–1.015) equivalent')
    const power = readMarkdownTable(text, 'What the blocks can tell')
    const row = rowOf(power, 'stock-function / container', '20')
    assert.deepEqual(row.slice(2), ['10', '±2.1 %', '99 %', '87 %', '10'])
  })

  it("prints the paper's experiment, with the paper's figures beside it", () => {
    const text = toMarkdown(sampleReport())
    const groups = readMarkdownTable(text, 'Groups of simultaneous requests')
    assert.deepEqual(rowOf(groups, '20', 'function').slice(2), [
      '31.8',
      '7.83',
      '55.8',
      '965',
      '5',
      '0',
    ])
    assert.equal(rowOf(groups, '20', 'container')[5], '–')
    assert.equal(rowOf(groups, '10', 'function')[5], '–')
    const sequence = readMarkdownTable(text, 'Requests one after the other')
    assert.equal(rowOf(sequence, '10').slice(1, 3).join(), '1.71,6.84')
    assert.equal(rowOf(sequence, 'Mean').slice(1, 3).join(), '1.67,6.75')
    assert.equal(
      rowOf(sequence, 'The paper’s mean').slice(1).join(),
      '100,130,100,130,120,200,120,200',
    )
  })

  it('puts no figures of the paper beside targets that are not its twins', () => {
    const foreign = foreignReport()
    const rename = <T extends { readonly target: string }>(of: T): T => ({ ...of, target: 'box' })
    const { groups, sequences } = sampleReport().paper!
    const text = toMarkdown(
      change(foreign, {
        paper: {
          groups: groups.slice(0, 1).map(rename),
          sequences: sequences.slice(0, 1).map(rename),
        },
      }),
    )
    assert.doesNotMatch(text, /The paper’s mean|965/)
    assert.match(toMarkdown(foreign), /Not measured in this run\./)
  })

  it('prints how it was measured', () => {
    const text = toMarkdown(sampleReport())
    const targets = readMarkdownTable(text, 'What was measured')
    assert.match(rowOf(targets, 'Model, sha256')[3]!, /^9f2c4b1e[0-9a-f]{56}$/)
    assert.equal(rowOf(targets, 'CPUs')[1], '2, enforced by cgroup v2: cpu.max')
    assert.equal(
      rowOf(targets, 'Memory')[1],
      '2048 MiB, not enforced: the memory controller is not delegated',
    )
    const warmUp = readMarkdownTable(text, 'Warm-up')
    assert.equal(
      rowOf(warmUp, 'stock-function').slice(1).join('|'),
      '20|400|4|61.4|46.5|at its cap, not steady',
    )
    const plan = readMarkdownTable(text, 'What was asked for')
    assert.equal(rowOf(plan, 'Photos')[1], '2 of 41.2 to 58.9 kB')
    assert.equal(rowOf(plan, 'A trial')[1], '100 requests')
    const environment = readMarkdownTable(text, 'Measured on')
    assert.equal(rowOf(environment, 'CPU')[1], '2 × AMD EPYC 7B13')
    assert.match(text, /^npm run report -- RUN_DIR$/m)
  })

  it('prints a trial that lasts a time, and one that grows with its connections', () => {
    const sample = sampleReport()
    const toTrial = (trialSize: TrialSize): string | undefined => {
      const text = toMarkdown({ ...sample, plan: { ...sample.plan, trialSize } })
      return rowOf(readMarkdownTable(text, 'What was asked for'), 'A trial')[1]
    }
    assert.equal(toTrial({ duration: 2500 }), '2.50 s')
    assert.equal(
      toTrial({ requests: 80, perConnection: 8 }),
      '80 requests, or 8 of each connection where that is more',
    )
  })

  it('says of targets that were one process all the time that they were', () => {
    const sample = sampleReport()
    const toRatios = (fresh: boolean): string =>
      toMarkdown({ ...sample, plan: { ...sample.plan, fresh } })
    assert.match(toRatios(false), /^Every target was one process all the time\./m)
    assert.doesNotMatch(toRatios(true), /one process all the time/)
  })

  it('prints what was planned but not measured', () => {
    const text = toMarkdown(interruptedReport())
    const row = rowOf(readMarkdownTable(text, 'Every target'), '20', 'stock-function')
    assert.equal(row.slice(2).join(''), '–¹'.repeat(9))
    assert.match(text, /^¹ Not measured\.$/m)
  })

  it('has no word for what is not there', () => {
    for (const toReport of Object.values(REPORTS)) {
      assert.doesNotMatch(toMarkdown(toReport()), /null|undefined|NaN|Infinity|\[object/)
    }
    const environment = readMarkdownTable(toMarkdown(emptyReport()), 'Measured on')
    assert.equal(rowOf(environment, 'photo-twin')[1], '–')
  })

  it('makes tables whose rows all have the cells of the head', () => {
    for (const toReport of Object.values(REPORTS)) assertTables(toMarkdown(toReport()))
  })

  it('takes nothing from outside for Markdown or HTML', () => {
    const evil =
      'a|b\n# c <img src=x onerror=alert(1)> [d](javascript:e) `f` **g** \\| $h$ @i #1 &lt; http://j'
    const escaped =
      'a\\|b # c \\<img src=x onerror=alert(1)\\> \\[d\\](javascript:e) \\`f\\` \\*\\*g\\*\\* \\\\\\| \\$h\\$ &#64;i \\#1 \\&lt; http&#58;//j'
    const foreign = foreignReport()
    const benign = toMarkdown(foreign)
    const text = toMarkdown(
      JSON.parse(JSON.stringify(foreign).replaceAll('"lambda"', JSON.stringify(evil))) as Report,
    )
    assertTables(text)
    assert.equal(text.split('\n').length, benign.split('\n').length)
    assert.ok(text.startsWith(`# photo-twin: ${escaped} against box\n`), text.slice(0, 300))
    assert.equal(
      rowOf(readMarkdownTable(text, 'Every target'), '1', escaped)[2],
      '3.84 (3.76–3.92)',
    )
    assert.doesNotMatch(text, /[^\\]<(?!br>)/)
  })

  it('lets no reason act as Markdown', () => {
    const reasons = [
      '# big',
      '- item',
      '1. one',
      '---',
      '> quote',
      '```',
      '    code',
      '<!-- gone',
      '',
    ]
    const text = toMarkdown(change(invalidReport(), { invalidReasons: reasons, warnings: [] }))
    const [, , , , , , ...lines] = text.split('\n')
    assert.deepEqual(lines.slice(0, reasons.length), [
      '- \\# big.',
      '- \\- item.',
      '- 1\\. one.',
      '- \\---.',
      '- \\> quote.',
      '- \\`\\`\\`.',
      '- Code.',
      '- \\<!-- gone.',
      '- .',
    ])
  })
})

function assertTables(text: string): void {
  const lines = text.split('\n')
  let columns = 0
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith('|')) continue
    if (lines[index - 1] === '') columns = toCells(line).length
    assert.equal(toCells(line).length, columns, line)
  }
  assert.ok(columns > 0)
}
