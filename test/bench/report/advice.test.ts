import assert from 'node:assert/strict'
import { toAdvice } from '../../../bench/report/advice'
import type { Metric, Report, Verdict } from '../../../bench/report/report'
import {
  change,
  comparison,
  emptyReport,
  foreignReport,
  interruptedReport,
  invalidReport,
  sampleReport,
} from './sample-report'

const RATIOS: Readonly<Record<Verdict, number>> = {
  slower: 1.2,
  faster: 0.85,
  equivalent: 1.004,
  undecided: 1.04,
}

/** The function against the container, with these verdicts at concurrency 1, 5, 10 and 20. */
function withVerdicts(
  verdicts: readonly Verdict[],
  metric: Metric = 'responseTime.p50',
  report: Report = equivalent(),
): Report {
  const others = report.comparisons.filter((of) => of.a !== 'function' || of.metric !== metric)
  const changed = verdicts.map((verdict, i) =>
    comparison({ a: 'function', b: 'container' }, [1, 5, 10, 20][i]!, {
      metric,
      verdict,
      ratio: RATIOS[verdict],
    }),
  )
  return change(report, { comparisons: [...changed, ...others] })
}

/** Everything of the function is as good as of the container. */
function equivalent(): Report {
  const sample = sampleReport()
  return change(sample, {
    comparisons: sample.comparisons.map((of) =>
      of.a === 'function'
        ? { ...of, ratio: 1.004, lower: 0.99, upper: 1.02, verdict: 'equivalent' }
        : of,
    ),
  })
}

const EVERYWHERE = (verdict: Verdict): Verdict[] => [verdict, verdict, verdict, verdict]

describe('advice', () => {
  it('is one paragraph', () => {
    for (const report of [sampleReport(), invalidReport(), foreignReport(), emptyReport()]) {
      assert.doesNotMatch(report.advice, /\n| {2}|\.\.|undefined|null|NaN|Infinity|\( |“”/)
      assert.match(report.advice, /^[A-Z].*\.$/)
    }
  })

  it('leaves the choice to taste where the twins are equivalent everywhere', () => {
    const { advice } = equivalent()
    assert.ok(
      advice.startsWith(
        'Choose between the function and the container by how you want to operate them, not by speed: the difference is too small to matter.',
      ),
      advice,
    )
    assert.match(
      advice,
      /equivalent \(within ±5 %\) at every concurrency measured \(ratio 1\.004, 95 % intervals 0\.990 to 1\.020\)/,
    )
    assert.match(
      advice,
      /times the CPU of one to the container \([^)]*\): equivalent at every concurrency measured\./,
    )
    assert.doesNotMatch(advice, /Undecided|Run the/)
  })

  it('says so where only the CPU speaks against the function', () => {
    const { advice } = withVerdicts(EVERYWHERE('slower'), 'cpuMsPerRequest')
    assert.match(advice, /^Choose .*too small to matter, but a request takes 20 % more CPU\. /)
  })

  it('recommends the container where the function is slower everywhere', () => {
    const { advice } = withVerdicts(EVERYWHERE('slower'))
    assert.ok(
      advice.startsWith(
        'Run the container where response time counts; choose the function where how it is deployed, scaled and paid for is worth 20 % more response time. ',
      ),
      advice,
    )
    assert.match(advice, /the function is slower than the container at every concurrency measured/)
    assert.doesNotMatch(advice, /the function and the container are equivalent|Undecided/)
  })

  it('recommends the function where it is faster everywhere', () => {
    const { advice } = withVerdicts(EVERYWHERE('faster'))
    assert.match(
      advice,
      /^Run the function: it takes 15 % less response time at concurrency 1, 5, 10 and 20\./,
    )
  })

  it('recommends the function with a proviso where it takes more CPU', () => {
    const faster = withVerdicts(EVERYWHERE('faster'))
    const { advice } = withVerdicts(EVERYWHERE('slower'), 'cpuMsPerRequest', faster)
    assert.match(advice, /10 and 20, but a request takes 20 % more CPU\./)
  })

  it('lets the load decide where the verdicts contradict each other', () => {
    const { advice } = withVerdicts(['slower', 'slower', 'faster', 'faster'])
    assert.match(
      advice,
      /^It depends on the load: run the function at concurrency 10 and 20, the container at concurrency 1 and 5\. /,
    )
  })

  it('names the levels where slower costs and where it does not', () => {
    const { advice } = sampleReport()
    assert.match(
      advice,
      /worth 5\.4 to 11 % more response time \(at concurrency 1 and 5; none at 10 and 20\)\./,
    )
    assert.match(
      advice,
      /slower than the container at concurrency 1 and 5 \(ratio 1\.054 to 1\.113, 95 % intervals 1\.044 to 1\.125\); the function and the container are equivalent \(within ±5 %\) at concurrency 10 and 20 \(ratio 1\.023 to 1\.036/,
    )
  })

  it('does not decide what is undecided, and says how many blocks would', () => {
    const undecided = withVerdicts(EVERYWHERE('undecided'))
    const { advice } = change(undecided, {
      power: undecided.power.map((of) => ({ ...of, blocksNeeded: of.concurrency === 5 ? 24 : 12 })),
    })
    assert.match(
      advice,
      /^This run does not decide whether to run the function or the container\. /,
    )
    assert.match(
      advice,
      /Undecided at concurrency 1, 5, 10 and 20 \(the interval holds 1 and reaches beyond ±5 %\): about 24 blocks would decide \(--blocks 24; this run had 10\)\.$/,
    )
    assert.doesNotMatch(advice, /Run the|Choose/)
  })

  it('asks for blocks of the undecided levels only', () => {
    const some = withVerdicts(['slower', 'undecided', 'slower', 'slower'])
    const { advice } = change(some, {
      power: some.power.map((of) => ({ ...of, blocksNeeded: of.concurrency === 5 ? 14 : 90 })),
    })
    assert.match(
      advice,
      /^Run the container where response time counts, as far as this run decides;/,
    )
    assert.match(advice, /Undecided at concurrency 5 .*--blocks 14;/)
  })

  it('does not promise that blocks decide where none were enough', () => {
    const undecided = withVerdicts(EVERYWHERE('undecided'))
    const noisy = undecided.power.map((of) => ({ ...of, blocksNeeded: null }))
    const { advice } = change(undecided, { power: noisy })
    assert.match(advice, /even the most blocks that were simulated would not decide/)
    assert.doesNotMatch(advice, /--blocks/)
  })

  it('does not ask for blocks that the run had', () => {
    const { advice } = withVerdicts(['undecided', 'equivalent', 'equivalent', 'equivalent'])
    assert.match(advice, /^Choose .*, as far as this run decides: /)
    assert.match(advice, /10 blocks are enough to tell \+10 % from 0 %/)
    assert.doesNotMatch(advice, /--blocks/)
  })

  it('says what CPU a request takes, and where the time goes', () => {
    const { advice } = sampleReport()
    assert.match(
      advice,
      /A request to the function takes 1\.122 to 1\.127 times the CPU of one to the container \(6\.51 against 5\.80 ms of CPU at concurrency 1\): more at every concurrency measured\./,
    )
    assert.match(
      advice,
      /6\.58 ms on the function \(1\.84 network and host, 2\.95 decoding, 1\.64 predicting\) and 5\.91 ms on the container \(1\.21 network and host, 2\.93 decoding, 1\.62 predicting\)\. Of the 0\.67 ms between them, 0\.63 are network and host\./,
    )
  })

  it('says at which levels a request takes more CPU', () => {
    const { advice } = withVerdicts(
      ['undecided', 'undecided', 'slower', 'equivalent'],
      'cpuMsPerRequest',
    )
    assert.match(
      advice,
      /: more at concurrency 10, equivalent at concurrency 20, undecided at concurrency 1 and 5\./,
    )
  })

  it('looks for no cause of a difference that there is not', () => {
    assert.doesNotMatch(equivalent().advice, /between them/)
  })

  it('says what the stock behaviour would cost', () => {
    assert.match(
      sampleReport().advice,
      /the function with stock behaviour is slower than the container at every concurrency measured \(ratio 4\.84 to 5\.67, .*A request to the function with stock behaviour takes 4\.98 to 5\.12 times the CPU/,
    )
  })

  it('says where the p90 contradicts the p50', () => {
    const { advice } = withVerdicts(
      ['equivalent', 'equivalent', 'equivalent', 'slower'],
      'responseTime.p90',
    )
    assert.match(advice, /The p90 says something else: slower at concurrency 20 \(ratio 1\.200,/)
    assert.doesNotMatch(equivalent().advice, /p90/)
  })

  it('says what the run can see, and where A/A makes that doubtful', () => {
    const sample = sampleReport()
    assert.match(sample.advice, /Compared with itself \(A\/A\), a target is resolved to ±1\.8 %;/)
    assert.doesNotMatch(sample.advice, /though they are the same/)
    const { advice } = change(sample, {
      aa: sample.aa.map((of) => (of.concurrency === 20 ? { ...of, verdict: 'slower' } : of)),
    })
    assert.match(
      advice,
      /tells the second process of the container and the container apart at concurrency 20, though they are the same: trust no difference there\./,
    )
  })

  it('says first of an INVALID run that nothing of it may be trusted, why, and no figure', () => {
    assert.equal(
      invalidReport().advice,
      'This run is INVALID: no figure of it may be trusted. Why: 3 of 1000 answers of function at concurrency 20 were wrong. Mend that and measure again; until then this run does not say which to run.',
    )
    assert.match(interruptedReport().advice, /^This run is INVALID: .*The run was interrupted\./)
  })

  it('calls targets that the user named by their names', () => {
    const { advice } = foreignReport()
    assert.match(
      advice,
      /^Run “lambda”: it takes 20 % less response time .*“lambda” is faster than “box” at every/,
    )
    assert.match(advice, /What CPU a request takes of “lambda” and of “box” is not known\./)
    assert.match(advice, /Without an A\/A comparison it is not known how small a difference/)
    assert.doesNotMatch(advice, /function|container/)
  })

  it('has words for a run that compared nothing, and for one that knows nothing', () => {
    const sample = sampleReport()
    assert.match(
      toAdvice({ ...sample, plan: { ...sample.plan, comparisons: [] } }),
      /^Nothing was compared/,
    )
    assert.match(change(sample, { comparisons: [] }).advice, /were not compared\./)
    assert.match(emptyReport().advice, /^This run does not decide/)
  })

  it('keeps what is named on one line', () => {
    const report = foreignReport()
    const plan = { ...report.plan, comparisons: [{ a: 'a\nb', b: 'c\u202e' }] }
    assert.match(toAdvice({ ...report, plan }), /“a b” and “c”/)
  })
})
