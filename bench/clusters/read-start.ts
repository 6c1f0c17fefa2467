import { setTimeout } from 'node:timers/promises'
import type { TargetFacts } from '../run'
import type { LogLine } from '../targets/program-log'
import { toStart } from '../targets/start'
import type { Start } from '../targets/start'
import { TargetError } from '../targets/target'
import type { Cluster } from './cluster'

interface ReadOptions {
  readonly cluster: Cluster
  readonly pod: string
  readonly container: string
  readonly baseUrl: string
}

const TIME_LIMIT_MS = 30_000
const LOG_LIMIT_MS = 2_000
const LOAD_LIMIT_MS = 20_000
const POLL_MS = 100
/** Of Prometheus' default metrics for Node.js. */
const NODE_VERSION = /^nodejs_version_info\{[^}]*version="([^"]+)"/m

/**
 * Reads the first lines of a pod's log, and its metrics for the version of Node.js.
 *
 * @throws TargetError where the log does not tell any more how the program started
 */
export async function readStart(options: ReadOptions): Promise<Start & Pick<TargetFacts, 'node'>> {
  const { baseUrl, cluster, pod, container } = options
  let lines = await readLogLines(cluster, pod, container)
  const ready = lines.find(({ msg }) => msg === 'ready')
  if (ready === undefined) {
    throw new TargetError(
      `cluster ${cluster.name}, pod ${pod}: its log does not tell how it started, maybe as it is long: --deploy starts it anew`,
    )
  }
  if (!hasModel(ready) && !lines.some(isLoaded)) {
    lines = await load(options)
  }
  const told = { ...ready, ...lines.find(isLoaded) }
  return { ...toStart(told), node: NODE_VERSION.exec(await ask(`${baseUrl}/metrics`))?.[1] ?? null }
}

/** It loads its model at the first call, which may still reach the pod before it. */
async function load(options: ReadOptions): Promise<readonly LogLine[]> {
  const deadline = performance.now() + LOAD_LIMIT_MS
  for (;;) {
    await ask(`${options.baseUrl}/models`)
    const lines = await readLogUntil(options, (all) => all.some(isLoaded))
    if (lines.some(isLoaded) || performance.now() > deadline) return lines
  }
}

const hasModel = ({ model }: LogLine): boolean => typeof model === 'string'
const isLoaded = ({ msg }: LogLine): boolean => msg === 'loaded'

/**
 * The lines of JSON at the beginning of a container's log, once they are complete or do not become so: a line is in the
 * log a little after it was written.
 */
export async function readLogUntil(
  { cluster, pod, container }: Omit<ReadOptions, 'baseUrl'>,
  isComplete: (lines: readonly LogLine[]) => boolean,
): Promise<readonly LogLine[]> {
  const deadline = performance.now() + LOG_LIMIT_MS
  for (;;) {
    const lines = await readLogLines(cluster, pod, container)
    if (isComplete(lines) || performance.now() > deadline) return lines
    await setTimeout(POLL_MS)
  }
}

async function readLogLines(
  cluster: Cluster,
  pod: string,
  container: string,
): Promise<readonly LogLine[]> {
  const text = await cluster.readLogStart(pod, container)
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as LogLine]
    } catch {
      return []
    }
  })
}

async function ask(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIME_LIMIT_MS) })
  return response.text()
}
