import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Prediction } from '../load/answer'
import { toModel } from '../load/answer'
import type { Body } from '../load/load'
import { untilAnswered } from '../load/until-answered'
import { toCleanEnv } from '../targets/clean-env'
import { findFreePort } from '../targets/free-port'
import { withLeash } from '../targets/leash'
import { holdTo } from '../targets/limits'
import type { Hold, LimitsAsked } from '../targets/limits'
import { readProcPssBytes } from '../targets/proc'
import { startProgram } from '../targets/program'
import { TargetError } from '../targets/target'
import type { ExportedModel } from './export-model'
import type { Peer } from './peers'

/** A peer with a number of workers that runs. */
export interface RunningPeer {
  readonly baseUrl: string
  readonly firstPrediction: Prediction
  /** As its answers name it. */
  readonly modelSha256: string | null
  /** From the start of its first process to its first answer, ms. */
  readonly startToFirstAnswer: number
  readonly hold: Hold
  /** Of all its processes. */
  readonly readCpuSeconds: () => Promise<number | null>
  readonly readPssBytes: () => Promise<number | null>
  /** Resolves, with the reason in words, if it ends before it is stopped. */
  readonly ended: Promise<string>
  readonly stop: () => Promise<void>
}

export interface StartPeerOptions {
  readonly peer: Peer
  readonly workers: number
  /** The folder of programs of its virtual environment; empty where it needs none. */
  readonly programs: string
  readonly model: ExportedModel
  readonly photo: Body
  readonly limits: LimitsAsked
  readonly root: string
  /** What is kept from start to start. */
  readonly cacheFolder: string
  readonly signal: AbortSignal
}

const START_LIMIT_MS = 120_000
const STOP_LIMIT_MS = 15_000

/**
 * Starts a peer on a free port of this machine, held to its limits, and waits for its first answer.
 *
 * @throws TargetError if it does not get there; the signal's reason
 */
export async function startPeer(options: StartPeerOptions): Promise<RunningPeer> {
  const { peer, workers, photo, limits, root, signal } = options
  signal.throwIfAborted()
  const port = await findFreePort()
  const hold = await holdTo(limits)
  const start = { ...options, port }
  const home = await mkdtemp(join(tmpdir(), 'photo-twin-peer-'))
  const env = { ...toEnv(options, { port, home }), ...peer.env?.(start) }
  const command = hold.wrap(await withLeash(peer.toCommand(start)))
  const startedAt = performance.now()
  const program = startProgram({ command, env, root, hold })
  const stop = async (): Promise<void> => {
    await program.stop(STOP_LIMIT_MS)
    await rm(home, { recursive: true, force: true })
  }
  const name = `${peer.name} with ${workers} ${workers === 1 ? 'worker' : 'workers'}`
  try {
    const baseUrl = `http://127.0.0.1:${port}`
    const ended = new AbortController()
    void program.ended.then(() => {
      ended.abort()
    })
    const limit = AbortSignal.timeout(START_LIMIT_MS)
    const waiting = AbortSignal.any([signal, ended.signal, limit])
    const first = await untilAnswered({ baseUrl, photo, signal: waiting })
    signal.throwIfAborted()
    if (first === undefined) throw new TargetError(await whyNot(name, program, ended.signal))
    return {
      ...{ baseUrl, hold, stop },
      firstPrediction: first.prediction,
      modelSha256: toModel(first.body)?.sha256 ?? null,
      startToFirstAnswer: first.answeredAt - startedAt,
      readCpuSeconds: async () => (await hold.witness?.readCpuSeconds()) ?? null,
      readPssBytes: () => readPss(hold),
      ended: program.ended.then((how) => `${name} ${how}`),
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function whyNot(
  name: string,
  { ended, log }: ReturnType<typeof startProgram>,
  isEnded: AbortSignal,
): Promise<string> {
  if (isEnded.aborted) return `${name} ${await ended}`
  const complaints = log.complaints()
  const wrote = complaints === '' ? '' : `; it wrote: ${complaints}`
  return `${name} did not answer within ${START_LIMIT_MS / 1000} s${wrote}`
}

function toEnv(
  { programs, workers, model, root, cacheFolder }: StartPeerOptions,
  { port, home }: { readonly port: number; readonly home: string },
): Record<string, string> {
  const { PATH = '', ...clean } = toCleanEnv(process.env)
  return {
    ...clean,
    PATH: programs === '' ? PATH : `${programs}${delimiter}${PATH}`,
    // What servers keep in the user's folder and elsewhere ends with them, but for what makes Python start faster.
    ...{ HOME: home, BENTOML_HOME: join(home, 'bentoml'), RAY_TMPDIR: home },
    ...{ PYTHONUNBUFFERED: '1', PYTHONPYCACHEPREFIX: join(cacheFolder, 'pycache') },
    // Libraries below ONNX Runtime and TensorFlow: as many threads as there are workers, no more.
    ...{ OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    ...{ PYTHONPATH: join(root, 'bench', 'peers', 'servers') },
    ...{ PEER_PORT: String(port), PEER_WORKERS: String(workers) },
    ...{ PEER_MODEL: model.onnx, PEER_LAYERS_MODEL: model.layers, MODEL: model.name },
  }
}

/** Of all processes inside; one that ends meanwhile has none. */
async function readPss(hold: Hold): Promise<number | null> {
  const pids = hold.listProcesses()
  if (pids === null) return null
  const each = await Promise.all(pids.map((pid) => readProcPssBytes(pid)))
  return each.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0)
}
