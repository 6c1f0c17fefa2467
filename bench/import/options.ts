import { parseArgs } from 'node:util'
import { FORMATS, toFormats } from '../options'
import type { ReportFormat } from '../run'
import { UsageError } from '../usage-error'

/** Whose files are read. */
export type Source = (typeof SOURCES)[number]
const SOURCES = ['locust', 'k6'] as const

/** What `npm run import` is asked for. */
export interface ImportOptions {
  readonly from: Source
  /** Of a target in the order of its blocks. */
  readonly trials: readonly NamedFile[]
  readonly photos: string
  readonly out: string
  readonly formats: readonly ReportFormat[]
}

export interface NamedFile {
  readonly target: string
  readonly file: string
}

export const USAGE = `Makes a run folder and its report of what Locust or k6 measured with the scenarios in bench/.

  npm run import -- --from locust|k6 --photos DIR --trial NAME=FILE... --out DIR [--format LIST]

  --from TOOL          locust: rows of bench/locust/locustfile.py; k6: its --out json=FILE, or csv=FILE with
                       K6_CSV_TIME_FORMAT=unix_micro; any of them may be compressed with gzip
  --trial NAME=FILE    one run of the tool on one target, as often as there are files. The n-th file of each
                       target at a workload makes block n; a ratio needs 2 blocks, a verdict 10. Ratios are
                       function / container, or the first target's over the second's. A target that is called
                       "NAME again" is NAME measured a second time (A/A)
  --photos DIR         the folder that npm run photos -- --target URL wrote, and the tool sent from
  --out DIR            run folder, new or empty
  --format LIST        reports to write, of json,markdown,html (all)
  --help               print this

What such a file does not say stays unknown, and the report says so: CPU and memory of the targets, whether
they are set up alike and were warm, and how late the load generator was.
Exit status: 0 imported, 2 imported and the run is INVALID (the report says why), 64 wrong arguments,
65 a file cannot be used (which, and its line, is said), 73 DIR cannot be made, 74 not be written, 1 a bug.
`

const string = { type: 'string' } as const
const OPTIONS = {
  from: string,
  trial: { type: 'string', multiple: true },
  photos: string,
  out: string,
  format: string,
  help: { type: 'boolean' },
} as const

/**
 * Reads the command line of `npm run import`.
 *
 * @param args without node and script
 * @returns 'help' where that was asked for
 * @throws UsageError naming the option and what it accepts
 */
export function readImportOptions(args: readonly string[]): ImportOptions | 'help' {
  const values = parse(args)
  if (values.help === true) return 'help'
  const from = SOURCES.find((name) => name === values.from)
  if (from === undefined) {
    throw new UsageError(`--from accepts ${SOURCES.join(', ')}, not "${values.from ?? ''}"`)
  }
  const { trial = [], photos = '', out = '', format } = values
  if (photos === '')
    throw new UsageError('--photos is needed: the folder that npm run photos wrote')
  if (out === '') throw new UsageError('--out is needed: a new or empty folder for the run')
  const formats = format === undefined ? FORMATS : toFormats(format)
  return { from, trials: toTrials(trial), photos, out, formats }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause })
  }
}

function toTrials(texts: readonly string[]): readonly NamedFile[] {
  if (texts.length === 0) throw new UsageError('--trial NAME=FILE is needed, once for each file')
  const trials = texts.map((text) => {
    const [, target = '', file = ''] = /^([A-Za-z0-9][A-Za-z0-9 ._-]{0,39})=(.+)$/.exec(text) ?? []
    if (file !== '') return { target, file }
    throw new UsageError(`--trial accepts NAME=FILE such as container=c1.ndjson, not "${text}"`)
  })
  const files = trials.map(({ file }) => file)
  const twice = files.find((file, at) => files.indexOf(file) !== at)
  if (twice === undefined) return trials
  throw new UsageError(`--trial: ${twice} is given twice, and one measurement is no two`)
}
