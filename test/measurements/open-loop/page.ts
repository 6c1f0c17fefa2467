import { toTable } from '../../../model-training/markdown-table'
import type { OfModel } from '../report'
import { toGenerator, toOnTime } from './generator-table'
import type { OpenLoopMeasurement, Reported } from './measured'
import { LOADERS, TITLES } from './servers'
import type { LoaderName } from './servers'
import { QUANTILES } from './summarise'
import type { Findings, LoaderFindings, ServerFindings } from './summarise'

/** How far the p50 of a server that takes a fixed time may be from it, ms. */
const MOST_ERROR = 0.5

/** The demonstration as Markdown; a pure function of the files beside it. */
export function toOpenLoopPage(
  measured: OpenLoopMeasurement & OfModel,
  findings: Findings,
): string {
  const { rate, seconds, connections } = measured
  return `# What a load generator says, and what users wait

Written by \`npm run measure\` from [open-loop.json](open-loop.json) and [open-loop.csv.gz](open-loop.csv.gz), which has both
sides of every request. ${toOrigin(measured)}

![What users wait, and what each loader says of it](open-loop.svg)

## Coordinated omission, in plain words

Imagine a shop with one till. Somebody who wants to know how long its customers wait sends ten friends: each buys something,
says how long it took, and only then queues again. Now the till stops for half a minute. The ten friends who stand there wait,
and report ten long waits. But they are all who notice: while they stand there, nobody else of theirs comes. The customers of the
street do come, one after the other, all that time, and every one of them waits. The friends report ten slow purchases of
thousands; of the customers, a good part waited long. The friends have stopped asking just when the answer would have been bad:
they _coordinate_ with the till, and _omit_ what it would have shown (Gil Tene's name for it).

A **closed loop** is these friends: each of its connections sends the next request when the last was answered. It tells what a
server can do at most, and what a request costs. What users wait who come when they like it cannot tell, least of all where a server
stalls. An **open loop** sends each request when it is planned, whether or not others were answered, and times it from that
moment. A tool may also send like a closed loop at a given rate and afterwards add what it thinks it has left out.

Three servers are measured whose behaviour is known, as it was written down beforehand, and which keep a ledger of what they did:
a process of its own, with its own clock. ${rate} requests a second are offered for ${seconds} s in each of the blocks; the
closed loop has ${connections} connections. _What users wait_ is computed: who comes at that moment would be answered then, if nothing but the
server took time. _Held_ is the ledger's: how long the server had the requests that this loader sent. Times are ms.

${findings.servers.map(toServer).join('\n\n')}

## What is to be seen

- ${toCounts(findings)}
- ${toFixed(findings)}
- Where a stall holds one request only, ${toShares(findings, 'rare-stalls')}: it is not stalls that a closed loop leaves out, but
  those who would have come meanwhile.
- Where nobody is answered for a while, ${toShares(findings, 'server-wide-stalls')}. ${toTails(findings)}
- ${toCorrection(measured, findings)}
- ${measured.versions.vegeta === null ? 'Vegeta, which others wrote, was not there.' : `Vegeta ${measured.versions.vegeta}, which others wrote in another language, sends evenly and times from when it did send.`}

## The load generator alone

Poisson arrivals, each request on a connection of its own, with ${Math.round(measured.photoBytes / 1024)} KiB, to a server that answers at once. ${measured.pinned ? 'Both have one core each.' : 'Neither was held to a core.'}
_Late_ is how much after its planned time a request was sent. Medians of the blocks.

${toGenerator(findings)}

${toOnTime(findings)}
`
}

function toOrigin(measured: OpenLoopMeasurement & OfModel): string {
  const { command, commit, node, cpu, loadAverage, trials } = measured
  const blocks = new Set(trials.map(({ block }) => block)).size
  return (
    `\`${command}\`, commit ${commit}, Node ${node}, ${cpu}; ${blocks} ${blocks === 1 ? 'block' : 'blocks'}; ` +
    `load average ${loadAverage.before.toFixed(2)} before and ${loadAverage.after.toFixed(2)} after.`
  )
}

function toServer({ server, truth, loaders }: ServerFindings): string {
  const toRow = (name: string, values: Reported, counts: readonly string[]): string[] => [
    name,
    ...QUANTILES.map((quantile) => toMs(values[quantile])),
    ...counts,
  ]
  const rows = [
    toRow('**what users wait, constant arrivals**', truth.constant, ['', '']),
    toRow('**what users wait, Poisson arrivals**', truth.poisson, ['', '']),
    ...loaders.flatMap(({ loader, said, held, counted, served }) => [
      toRow(LOADERS[loader], said, [String(counted), String(served)]),
      toRow('… held', held, ['', '']),
    ]),
  ]
  return `### ${TITLES[server]}

${toTable(['', ...QUANTILES, 'counted', 'by the server'], rows)}`
}

function find(
  { servers }: Findings,
  server: string,
  loader: LoaderName,
): LoaderFindings | undefined {
  return servers
    .find((each) => each.server === server)
    ?.loaders.find((each) => each.loader === loader)
}

/** Over all servers. */
function toCounts({ servers }: Findings): string {
  const all = servers.flatMap(({ loaders }) => loaders)
  const wrong = (Object.keys(LOADERS) as LoaderName[]).flatMap((loader) => {
    const own = all.filter((each) => each.loader === loader)
    const [counted, served] = [toSum(own, 'counted'), toSum(own, 'served')]
    return counted === served ? [] : [`${LOADERS[loader]} counts ${counted} of ${served}`]
  })
  return wrong.length === 0
    ? 'Every loader counts as many requests as came to the servers.'
    : `Every loader counts as many requests as came to the servers, but for these: ${wrong.join('; ')}.`
}

const toSum = (loaders: readonly LoaderFindings[], name: 'counted' | 'served'): number =>
  loaders.reduce((sum, each) => sum + each[name], 0)

function toFixed(findings: Findings): string {
  const errors = (
    ['open-constant', 'open-poisson', 'closed', 'vegeta', 'rate-corrected'] as const
  ).flatMap((loader) => {
    const said = find(findings, 'fixed', loader)?.said['p50']
    return said === undefined ? [] : [{ loader, error: said - 50 }]
  })
  const words = errors.map(({ loader, error }) => `${LOADERS[loader]} ${toSigned(error)} ms`)
  const ours = errors.filter(({ loader }) => loader.startsWith('open-')).map(({ error }) => error)
  return (
    `A server that takes 50 ms: p50 is beside the truth by ${words.join(', ')}. Asked of our open loop is at most ${MOST_ERROR} ms, ` +
    `which is ${isKept(ours) ? '' : '**not** '}so here. ${toAwake(findings)}`
  )
}

const isKept = (errors: readonly number[]): boolean =>
  errors.every((error) => Math.abs(error) <= MOST_ERROR)

function toAwake({ fixedTime }: Findings): string {
  if (fixedTime === undefined) return ''
  const { rate, error } = fixedTime
  return (
    'A good part of it is what cores take to wake up that fell asleep since the last request: ' +
    `at ${rate} requests a second it is ${toSigned(error)} ms by our open loop, which is ${isKept([error]) ? '' : '**not** '}within ${MOST_ERROR} ms.`
  )
}

/** How many of each loop's requests met a stall, by the server's ledger. */
function toShares(findings: Findings, server: string): string {
  const words = (['open-constant', 'closed'] as const).flatMap((loader) => {
    const found = find(findings, server, loader)
    if (found === undefined) return []
    const share = ((found.stalled / found.served) * 100).toFixed(1)
    return [
      `${found.stalled} of ${found.served} requests of ${LOADERS[loader]} met it (${share} %)`,
    ]
  })
  return words.join(' and ')
}

function toTails(findings: Findings): string {
  const wide = findings.servers.find(({ server }) => server === 'server-wide-stalls')
  const words = (['open-constant', 'vegeta', 'closed'] as const).flatMap((loader) => {
    const said = find(findings, 'server-wide-stalls', loader)?.said['p99']
    return said === undefined ? [] : [`${LOADERS[loader]} says ${toMs(said)}`]
  })
  return `Of 100 users one waits at least ${toMs(wide?.truth.constant['p99'])} ms (p99); ${words.join(', ')}.`
}

function toCorrection({ versions }: OpenLoopMeasurement, findings: Findings): string {
  const [corrected, asIs] = (['rate-corrected', 'rate-as-is'] as const).map((loader) =>
    toMs(find(findings, 'fixed', loader)?.said['p50']),
  )
  return (
    `autocannon ${versions.autocannon} at a rate corrects by adding to each time that it measured all that are 1 ms, 2 ms, … shorter, as if ` +
    'a request had been due in every millisecond: the interval is 1 / rate (lib/run.js), which is in seconds, rounded up to 1, and taken for ' +
    `milliseconds. So of the server that takes 50 ms it says p50 ${corrected ?? ''} ms. As it came (\`ignoreCoordinatedOmission\`) it says ` +
    `${asIs ?? ''} ms; then it is a closed loop that pauses.`
  )
}

const toSigned = (ms: number): string => `${ms < 0 ? '−' : '+'}${Math.abs(ms).toFixed(2)}`

const toMs = (ms: number | undefined): string =>
  ms === undefined || Number.isNaN(ms) ? '' : ms.toFixed(ms < 100 ? 2 : 1)
