// What closed.js and open.js have in common: photos of `npm run photos -- --out DIR --target URL`, sent to
// TARGET/classify in an order that ORDER_SEED decides, and each answer checked as `npm run compare` does.
// What `npm run import` reads of `--out json=FILE` (or csv) is described in docs/METHOD.md.
import http from 'k6/http'
import exec from 'k6/execution'
import { check } from 'k6'
import { Counter, Trend } from 'k6/metrics'

// Threads and batches add in other orders.
const TOLERANCE = 1e-3
const EXCERPT = 160
// k6's code of a request that took longer than its time limit.
const TIMED_OUT = 1050

const folder = need('PHOTOS', 'the absolute path of the folder that npm run photos wrote')
const target = need('TARGET', 'the base URL such as http://127.0.0.1:8080').replace(/\/+$/, '')
const seed = toWhole('ORDER_SEED', 1)

const files = JSON.parse(open(`${folder}/photos.json`))
const { model, answers } = JSON.parse(open(`${folder}/answers.json`))
const bytes = files.map(({ file }) => open(`${folder}/${file}`, 'b'))
const order = toOrder(files.length, seed)

const ended = new Counter('photo_twin_ended')
const outcomes = new Counter('photo_twin_answers')
const times = {
  queue: new Trend('photo_twin_queue', true),
  decode: new Trend('photo_twin_decode', true),
  predict: new Trend('photo_twin_predict', true),
  total: new Trend('photo_twin_total', true),
  serialise: new Trend('photo_twin_serialise', true),
}

function need(name, what) {
  if (__ENV[name]) return __ENV[name]
  throw new Error(`-e ${name}=… is needed: ${what}`)
}

/** A whole number above 0 (of a seed: 0 too); `otherwise` where none is given. */
export function toWhole(name, otherwise) {
  const text = __ENV[name] ?? String(otherwise)
  if (/^\d{1,10}$/.test(text) && (name === 'ORDER_SEED' || Number(text) > 0)) return Number(text)
  throw new Error(`-e ${name} accepts a whole number, not "${text}"`)
}

/** The numbers below `count` in an order that the seed decides: bench/random.ts, mulberry32 and Fisher and Yates. */
function toOrder(count, from) {
  let state = from >>> 0
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const numbers = Array.from({ length: count }, (_, at) => at)
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const moved = numbers[last]
    numbers[last] = numbers[other]
    numbers[other] = moved
  }
  return numbers
}

/** k6's options for one scenario; `workload` is what the importer is told: closed:VUS or open:RATE. */
export const toOptions = (scenario, workload, more) => ({
  scenarios: { photos: scenario },
  // A request's samples are joined by vu and iter, which are left out unless asked for.
  systemTags: ['status', 'error', 'error_code', 'method', 'name', 'scenario', 'vu', 'iter'],
  tags: { workload, seed: String(seed), model: model === null ? '' : model.sha256 },
  thresholds: { checks: ['rate==1'] },
  ...more,
})

/** One iteration: the next photo, and what came of it. */
export function sendPhoto() {
  const at = order[exec.scenario.iterationInTest % order.length]
  const { file: photo, contentType } = files[at]
  const response = http.post(`${target}/classify`, bytes[at], {
    headers: { 'Content-Type': contentType },
    tags: { photo, name: '/classify' },
    timeout: '30s',
    redirects: 0,
    responseType: 'text',
  })
  const [outcome, said] = judge(response, answers[at])
  check(response, { 'answered right': () => outcome === 'right' })
  outcomes.add(1, { photo, outcome, ...(said && { said: toLine(said) }) })
  for (const [name, duration] of toTimings(response.headers['Server-Timing'])) {
    times[name].add(duration, { photo })
  }
}

/** The file's last sample: without it the importer knows that the file was cut short. */
export function teardown() {
  ended.add(1)
}

/** How the request ended (an outcome of bench/run.ts), and what there is to say of it. */
function judge(response, expected) {
  const { status, body, error, error_code: code } = response
  if (status === 0) return [code === TIMED_OUT ? 'timed-out' : 'unanswered', error]
  const excerpt = toLine(String(body ?? ''))
  if (status !== 200) return [status === 503 ? 'refused' : 'status', `${status}: ${excerpt}`]
  if (error) return ['unanswered', error]
  const prediction = toPrediction(body)
  if (prediction === null) return ['garbage', `no prediction in the answer: ${excerpt}`]
  if (!agree(prediction, expected)) {
    return ['wrong', `${toWords(prediction)}, but ${toWords(expected)} without load`]
  }
  if (model !== null && prediction.model?.sha256 !== model.sha256) {
    return ['wrong', 'answered by another model than without load']
  }
  return ['right', undefined]
}

/** In a CSV file an & ends a tag. */
const toLine = (text) => text.replace(/[\s&]+/g, ' ').slice(0, EXCERPT)

function toPrediction(body) {
  try {
    const answer = JSON.parse(body)
    const { label, probabilities } = answer
    const isOne = Object.values(probabilities).every((number) => Number.isFinite(number))
    return isOne && Object.keys(probabilities).includes(label) ? answer : null
  } catch {
    return null
  }
}

const toWords = ({ label, probabilities }) => `${label} (${probabilities[label].toFixed(4)})`

function agree(one, other) {
  const labels = Object.keys(one.probabilities)
  return (
    one.label === other.label &&
    labels.length === Object.keys(other.probabilities).length &&
    labels.every(
      (label) => Math.abs(one.probabilities[label] - other.probabilities[label]) <= TOLERANCE,
    )
  )
}

/** Of `queue;dur=0.4, decode;dur=2.9` the members that have a metric. */
function toTimings(header) {
  return (header ?? '')
    .split(',')
    .map((member) => /^\s*(\w+)\s*;\s*dur=(\d+(?:\.\d+)?)\s*$/.exec(member))
    .filter((found) => found !== null && Object.keys(times).includes(found[1]))
    .map(([, name, duration]) => [name, Number(duration)])
}
