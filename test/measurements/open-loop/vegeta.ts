import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Body } from '../../../bench/load/load'
import type { Row } from './measured'

const run = promisify(execFile)
const MOST_BYTES = 2 ** 28

/** A load generator that others wrote (github.com/tsenart/vegeta, MIT), where it is installed. */
export interface Vegeta {
  readonly version: string
  attack(options: AttackOptions): Promise<{ rows: readonly Row[]; failed: number }>
}

interface AttackOptions {
  readonly url: string
  readonly photo: Body
  readonly rate: number
  readonly seconds: number
}

/** The program that VEGETA names, or the one in PATH; undefined: there is none. */
export async function findVegeta(): Promise<Vegeta | undefined> {
  const file = process.env['VEGETA'] ?? 'vegeta'
  const told = await run(file, ['--version']).catch(() => undefined)
  if (told === undefined) return undefined
  return {
    version: await readVersion(file, told.stdout),
    attack: (options) => attack(file, options),
  }
}

/** One that `go install` made knows its version only in what the compiler noted. */
async function readVersion(file: string, told: string): Promise<string> {
  const [, own] = /^Version: *(\S+)/m.exec(told) ?? []
  if (own !== undefined) return own
  const noted = await run('sh', ['-c', 'go version -m "$(command -v "$0")"', file]).catch(
    () => undefined,
  )
  return /^\s*mod\s+\S+\s+(\S+)/m.exec(noted?.stdout ?? '')?.[1] ?? 'unknown'
}

/** Sent evenly, each on a connection of its own. It times from when it did send. */
async function attack(
  file: string,
  { url, photo, rate, seconds }: AttackOptions,
): Promise<{ rows: readonly Row[]; failed: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'photo-twin-vegeta-'))
  try {
    const [body, targets, results] = ['photo', 'targets', 'results'].map((name) =>
      join(folder, name),
    ) as [string, string, string]
    await writeFile(body, photo.bytes)
    await writeFile(targets, `POST ${url}\nContent-Type: ${photo.contentType}\n@${body}\n`)
    await run(file, [
      ...['attack', `-rate=${rate}`, `-duration=${seconds}s`, `-targets=${targets}`],
      ...['-keepalive=false', '-timeout=30s', `-output=${results}`],
    ])
    const { stdout } = await run(file, ['encode', '-to=csv', results], { maxBuffer: MOST_BYTES })
    return toRows(stdout)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Columns: when in ns since 1970, status, how long in ns, and what is not needed. */
function toRows(csv: string): { rows: readonly Row[]; failed: number } {
  const all = csv
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','))
    .map(([at = '', status, time]) => ({ at: BigInt(at), status, time: Number(time) / 1e6 }))
  const first = all.reduce((least, { at }) => (at < least ? at : least), all[0]?.at ?? 0n)
  const rows = all
    .filter(({ status }) => status === '200')
    .map(({ at, time }) => ({ at: Number(at - first) / 1e6, time }))
  return { rows, failed: all.length - rows.length }
}
