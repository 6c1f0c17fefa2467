import { toTable } from '../../../model-training/markdown-table'
import type { MemoryMeasurement, Stage, StageName } from './memory'
import { SOURCES } from './resident'
import type { Source } from './resident'

const STAGE_WORDS: Readonly<Record<StageName, string>> = {
  node: 'Node.js that does nothing',
  thread: 'with a thread that does nothing',
  runtime: 'with ONNX Runtime loaded there, and no model',
  started: 'the container twin, started',
  loaded: 'the container twin, loaded',
}

const SOURCE_WORDS: Readonly<Record<Source, string>> = {
  node: 'pages of Node.js',
  onnxruntime: 'pages of ONNX Runtime',
  libraries: 'pages of other libraries',
  malloc: 'malloc',
  anonymous: 'V8, WebAssembly, stacks',
}

/** The section of a report on what memory is of. */
export function toMemoryMarkdown(measured: MemoryMeasurement, origin: string): string {
  const { summary, blocks, requests, connections } = measured
  return `## What the memory is of

${origin}; medians of ${blocks.length} processes each. Resident memory in MiB by what it is mapped of, with the settings of the images;
pages of files are counted as a whole, as in a container whose files nobody else has open: beside another Node.js its
pages are shared, and the proportional set size is smaller. Loaded is after ${requests} requests over ${connections} connections.

${toTable(
  ['process', ...SOURCES.map((source) => SOURCE_WORDS[source]), 'in all'],
  summary.map((stage) => [
    toStageWords(stage),
    ...SOURCES.map((source) => toMebibytes(stage.bytes[source])),
    toMebibytes(SOURCES.reduce((sum, source) => sum + stage.bytes[source], 0)),
  ]),
)}
`
}

function toStageWords({ name, workers }: Stage): string {
  if (workers === 0) return STAGE_WORDS[name]
  return `${STAGE_WORDS[name]}, ${workers === 1 ? 'one worker' : `${workers} workers`}`
}

const toMebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)
