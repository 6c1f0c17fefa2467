import { toTable } from '../../../model-training/markdown-table'
import { withInterval } from '../estimate'
import type { Estimate } from '../estimate'
import type { Condition } from './account'
import type { Floor } from './floor'
import { PARTS, STEPS } from './parts'
import type { RequestMeasurement } from './request'

const SAMPLERS_FIRST = 'The threads that take the samples go before all others.'
const SAMPLERS_WAIT =
  'The threads that take the samples waited for a core like all others (to go first takes CAP_SYS_NICE and chrt), so they ' +
  'miss some of what is done while all cores are busy.'

/** The section of a report on where the time of a request goes. */
export function toRequestMarkdown(measured: RequestMeasurement, origin: string): string {
  const { photo, summary, blocks, requestsPerTrial, samplingIntervalUs, samplersFirst, floor } =
    measured
  const size = `${photo.width} x ${photo.height}, ${photo.bytes} bytes`
  return `## Where the CPU time of a request goes

${origin}; ${blocks.length} interleaved blocks of ${requestsPerTrial} requests with ${photo.name} (${size}) to the container twin
with one worker, over connections that stay open. Sampled every ${samplingIntervalUs} µs by V8's profiler in both of its threads, by
what the innermost function works on; nothing is scaled. ${samplersFirst ? SAMPLERS_FIRST : SAMPLERS_WAIT} Medians in ms of CPU
a request, with 95 % intervals (order statistics).

![Where the CPU time of a request goes](request.svg)

${toPartsTable(summary)}

${summary.map(toCheck).join('\n\n')}

By thread. What the kernel and libuv do while a thread waits for messages and bytes is not in the profile, as V8 takes the
thread for idle. It is told as how often the thread went to sleep (the kernel's voluntary context switches) times what it
takes to do so and be woken. That cost is not derived from these threads: in each block another process, under the same
profiler, did nothing but sleep until the next byte or sample, ${countSwitches(measured)} times in all. Its CPU time by the kernel
less what its profile has of it, divided by its switches, is what one takes. A sample ends a sleep, too, so that
there are fewer without the profiler:

${toThreadsTable(summary)}

What decoding is spent on, of that the WebAssembly's functions tell:

${toStepsTable(summary)}

How little it could be:

${toFloorTable(floor, summary)}
`
}

function toPartsTable(summary: readonly Condition[]): string {
  const head = summary.flatMap(({ connections }) => [
    `${connections} at once, ms`,
    'share',
    'main, ms',
    'worker, ms',
  ])
  const rows = Object.entries(PARTS).map(([part, title]) => [
    title,
    ...summary.flatMap((condition) => {
      const found = condition.parts.find((each) => each.part === part)
      if (found === undefined) return ['', '', '', '']
      const { mainMs, workerMs } = found
      return [inMs(found), toShare(found.value, condition), three(mainMs), three(workerMs)]
    }),
  ])
  const total = (title: string, of: (condition: Condition) => readonly string[]): string[] => [
    title,
    ...summary.flatMap((condition) => [...of(condition), '', '']),
  ]
  return toTable(
    ['part', ...head],
    [
      ...rows,
      total('sum of the parts', (condition) => [
        three(condition.sumMs),
        toShare(condition.sumMs, condition),
      ]),
      total('the whole, by the kernel', (condition) => [inMs(condition.cpuMs), '100.0 %']),
    ],
  )
}

const toCheck = ({ connections, difference, ...condition }: Condition): string =>
  `${connections} at once: the parts add up to the whole within ${(difference * 100).toFixed(1)} %. Without the profiler the same ` +
  `requests take ${three(condition.undisturbedCpuMs.value)} ms; its own threads, which are not in the whole, take ` +
  `${three(condition.profilerCpuMs.value)} ms.`

function toThreadsTable(summary: readonly Condition[]): string {
  const rows = summary.flatMap(({ connections, usPerSwitch, threads }) =>
    threads.map(({ thread, cpuMs, sampledMs, switches, waitedMs }) => [
      thread,
      String(connections),
      three(cpuMs),
      three(sampledMs),
      switches?.toFixed(1) ?? '',
      switches === null ? '' : withInterval(usPerSwitch, one),
      three(waitedMs),
    ]),
  )
  return toTable(
    [
      'thread',
      'at once',
      'kernel, ms',
      'profile, ms',
      'switches',
      'each, µs',
      'waited for a core, ms',
    ],
    rows,
  )
}

const countSwitches = ({ calibrations }: RequestMeasurement): number =>
  calibrations.reduce((sum, { switches }) => sum + switches, 0)

function toStepsTable(summary: readonly Condition[]): string {
  const head = summary.map(({ connections }) => `${connections} at once, ms`)
  const rows = Object.entries(STEPS).map(([step, title]) => [
    title,
    ...summary.map(({ decode }) => inMs(decode.find((each) => each.step === step))),
  ])
  return toTable(['step', ...head], rows)
}

function toFloorTable({ predict, decode }: Floor, summary: readonly Condition[]): string {
  const measured = (part: 'predict' | 'decode'): string[] =>
    summary.map(({ parts }) => three(parts.find((each) => each.part === part)?.value))
  const macs = (predict.multiplyAccumulates / 1e6).toFixed(1)
  const rate = (predict.multiplyAccumulatesPerSecond / 1e9).toFixed(1)
  const side = predict.matrixSide
  return toTable(
    ['part', 'floor, ms', ...summary.map(({ connections }) => `${connections} at once, ms`)],
    [
      [
        `predict: ${macs} million multiply-accumulates at ${rate} billion a second, the highest rate that ONNX ` +
          `Runtime reached on one core (products of two ${side} x ${side} matrices)`,
        three(predict.cpuMs),
        ...measured('predict'),
      ],
      [
        decode.state === 'measured'
          ? `decode: libjpeg-turbo ${decode.version} as native code, at 1/${decode.denominator} of the size, without resizing it`
          : `decode: not measured (${decode.reason})`,
        decode.state === 'measured' ? three(decode.cpuMs) : '',
        ...measured('decode'),
      ],
    ],
  )
}

const three = (value: number | null | undefined): string => value?.toFixed(3) ?? ''
const one = (value: number): string => value.toFixed(1)

const toShare = (value: number, { cpuMs }: Condition): string =>
  `${((value / cpuMs.value) * 100).toFixed(1)} %`

const inMs = (estimate: Estimate | undefined): string =>
  estimate === undefined ? '' : withInterval(estimate, three)
