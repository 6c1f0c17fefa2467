import type { Readable } from 'node:stream'
import { createLastLines, withoutPaths } from './lines'

/** A line of a program's JSON log. */
export type LogLine = Readonly<Record<string, unknown>>

/** What a started program writes. */
export interface ProgramLog {
  /** The line with msg "listening", which has its `address`. */
  readonly listening: Promise<LogLine>
  /** The line with msg "ready", which tells what it answers photos with, if it knows it by then. */
  readonly ready: Promise<LogLine>
  /** The line with msg "loaded", which tells it where the first photo loads the model. */
  readonly loaded: () => LogLine | undefined
  /** What it last complained of, in one line and without this machine's folders. */
  readonly complaints: () => string
}

interface ProgramOutput {
  readonly stdout: Readable
  readonly stderr: Readable
  /** The folder that paths are shortened to. */
  readonly root: string
}

/** What is rare is looked for in the bytes, as a line a request would cost the load generator its time. */
const RARE = ['"level":"error"', '"level":"fatal"', '"msg":"loaded"'].map((text) =>
  Buffer.from(text),
)
const NEW_LINE = 0x0a
/** A longer one is no line of a log. */
const LONGEST_LINE = 1 << 20

/** Reads a program's log line by line until it is ready; from then on it keeps only what complains, and what was loaded. */
export function readProgramLog({ stdout, stderr, root }: ProgramOutput): ProgramLog {
  const last = createLastLines((text) => withoutPaths(text, root))
  const listening = createPromise()
  const ready = createPromise()
  let isReady = false
  let loaded: LogLine | undefined

  function readLine(line: string): void {
    const parsed = parseLine(line)
    if (parsed === undefined ? !isReady : isComplaint(parsed)) last.add(toWords(parsed, line))
    if (parsed?.['msg'] === 'loaded') loaded = parsed
    if (parsed?.['msg'] === 'listening') listening.resolve(parsed)
    if (parsed?.['msg'] !== 'ready') return
    ready.resolve(parsed)
    isReady = true
  }
  onLines(stdout, readLine, (lines) => !isReady || RARE.some((text) => lines.includes(text)))
  onLines(
    stderr,
    (line) => {
      last.add(line)
    },
    () => true,
  )
  return {
    listening: listening.promise,
    ready: ready.promise,
    loaded: () => loaded,
    complaints: last.toText,
  }
}

/** Calls with each line of those chunks of whole lines that are of interest. */
function onLines(
  stream: Readable,
  readLine: (line: string) => void,
  isOfInterest: (lines: Buffer) => boolean,
): void {
  let rest: Buffer = Buffer.alloc(0)
  function readAll(lines: Buffer): void {
    if (lines.length > 0 && isOfInterest(lines)) lines.toString().split('\n').forEach(readLine)
  }
  stream.on('data', (chunk: Buffer) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const end = bytes.lastIndexOf(NEW_LINE) + 1
    rest = bytes.length - end > LONGEST_LINE ? Buffer.alloc(0) : bytes.subarray(end)
    readAll(bytes.subarray(0, end))
  })
  stream.on('end', () => {
    readAll(rest)
  })
}

function parseLine(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as LogLine
  } catch {
    return undefined
  }
}

const isComplaint = ({ level }: LogLine): boolean => level === 'error' || level === 'fatal'

/** Its message and that of its error, which are often the same. */
function toWords(parsed: LogLine | undefined, line: string): string {
  if (parsed === undefined) return line
  const { msg, err } = parsed
  const reason = typeof err === 'object' && err !== null && 'message' in err ? err.message : msg
  return reason === msg ? String(msg) : `${String(msg)}: ${String(reason)}`
}

interface Settled {
  readonly promise: Promise<LogLine>
  readonly resolve: (line: LogLine) => void
}

function createPromise(): Settled {
  let resolve: (line: LogLine) => void = () => undefined
  const promise = new Promise<LogLine>((settle) => (resolve = settle))
  return { promise, resolve }
}
