import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Row, Rows } from './measured'

const FILE = 'open-loop.csv.gz'
const HEAD = 'trial,side,at_ms,time_ms'
const SIDES = ['said', 'ledger'] as const

/** Writes what both sides recorded, a row a request, by the trial's number. */
export async function writeRows(folder: string, trials: ReadonlyMap<number, Rows>): Promise<void> {
  const lines = [...trials].flatMap(([id, rows]) =>
    SIDES.flatMap((side) =>
      rows[side].map(({ at, time }) => `${id},${side},${round(at)},${round(time)}`),
    ),
  )
  await writeFile(join(folder, FILE), gzipSync(`${[HEAD, ...lines].join('\n')}\n`, { level: 9 }))
}

/** To microseconds. */
const round = (ms: number): number => Number(ms.toFixed(3))

/** @throws Error if it is no such file */
export async function readRows(folder: string): Promise<ReadonlyMap<number, Rows>> {
  const [head, ...lines] = gunzipSync(await readFile(join(folder, FILE)))
    .toString('utf8')
    .trimEnd()
    .split('\n')
  if (head !== HEAD) throw new Error(`${FILE} does not begin with ${HEAD}`)
  const trials = new Map<number, { said: Row[]; ledger: Row[] }>()
  for (const line of lines) {
    const [id, side, at, time] = line.split(',')
    const rows = trials.get(Number(id)) ?? { said: [], ledger: [] }
    trials.set(Number(id), rows)
    rows[side === 'ledger' ? 'ledger' : 'said'].push({ at: Number(at), time: Number(time) })
  }
  return trials
}
