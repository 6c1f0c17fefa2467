import { appendFileSync, readFileSync } from 'node:fs'
import { postSynchronously } from './post-synchronously'

/**
 * A STUB of the modules of k6 that bench/k6 uses, bundled with a scenario and run by Node.js: k6 itself is not run here. It
 * sends real requests, one after the other, and writes samples as k6's documentation has them. What only k6 does (users
 * that send at the same time, rates, its own clocks) is not in it.
 */

type Tags = Readonly<Record<string, string>>
interface Params {
  readonly headers: Tags
  readonly tags: Tags
}
interface Settings {
  readonly tags: Tags
  readonly systemTags: readonly string[]
}

let settings: Settings = { tags: {}, systemTags: [] }
/** Of the iteration under way; outside of iterations: none. */
let metadata: Tags = {}
const samples: string | undefined = process.env['K6_STUB_OUT']

function write(metric: string, value: number, tags: Tags): void {
  if (samples === undefined) return
  const data = {
    time: toTime(),
    value,
    tags: { ...settings.tags, ...tags },
    metadata,
  }
  appendFileSync(samples, `${JSON.stringify({ metric, type: 'Point', data })}\n`)
}

/** Now, with microseconds. */
function toTime(): string {
  const now = performance.timeOrigin + performance.now()
  const micros = String(Math.floor((now % 1) * 1000)).padStart(3, '0')
  return new Date(now).toISOString().replace('Z', `${micros}Z`)
}

class Metric {
  private readonly name: string

  constructor(name: string) {
    this.name = name
  }

  add(value: number, tags: Tags = {}): void {
    write(this.name, value, tags)
  }
}

export { Metric as Counter, Metric as Trend }

/** k6/execution: what of it is used. */
const scenario = { iterationInTest: -1 }
export const execution = { scenario }

/** k6/http: what of it is used. Of a request without an answer the status is 0, as k6 has it. */
export const http = {
  post(url: string, body: ArrayBuffer, { headers, tags }: Params) {
    const { responseTime, ...response } = postSynchronously(url, Buffer.from(body), headers)
    const { status, error, error_code: code } = response
    const told = { ...tags, method: 'POST', status: String(status), scenario: 'photos' }
    const failed = error === '' ? {} : { error, error_code: String(code) }
    write('http_req_duration', responseTime, { ...told, ...failed })
    write('http_req_blocked', 0, told)
    return response
  },
}

/** k6: what of it is used. */
export function check<T>(
  value: T,
  checks: Readonly<Record<string, (value: T) => boolean>>,
): boolean {
  const results = Object.entries(checks).map(([name, isSo]) => [name, isSo(value)] as const)
  for (const [name, isSo] of results) write('checks', isSo ? 1 : 0, { check: name })
  return results.every(([, isSo]) => isSo)
}

/** k6's globals. Bytes are an ArrayBuffer of their own. */
Object.assign(globalThis, {
  __ENV: process.env,
  open: (path: string, mode?: string) => {
    if (mode !== 'b') return readFileSync(path, 'utf8')
    return new Uint8Array(readFileSync(path)).buffer
  },
})

interface Scenario {
  readonly options: Settings & { readonly scenarios: object }
  readonly default: () => void
  readonly teardown: () => void
}

/** So many iterations of one user, then the end; the options are printed. */
export function run({ options, default: iterate, teardown }: Scenario): void {
  settings = options
  const iterations = Number(process.env['K6_STUB_ITERATIONS'])
  for (let number = 0; number < iterations; number += 1) {
    scenario.iterationInTest = number
    metadata = { vu: '1', iter: String(number) }
    iterate()
  }
  metadata = {}
  teardown()
  process.stdout.write(JSON.stringify(options))
}
