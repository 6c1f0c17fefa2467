/** What the CPU time of a request is spent on, as it is called in a report. */
export const PARTS = {
  decode: 'decode: from bytes to resized RGB',
  normalise: 'normalise: RGB to what the network takes',
  predict: 'predict: ONNX Runtime',
  http: 'HTTP: sockets, parser, Fastify, reading the body',
  handOver: 'hand over: queue, worker thread and back',
  serialise: 'respond: reading the request, JSON of the answer',
  logAndMetrics: 'log line and metrics',
  garbageCollection: 'garbage collection, on the thread itself',
  eventLoop: 'event loop: native code with none of ours on the stack',
  waking: 'going to sleep and being woken: switches x their cost',
  helperThreads: "helper threads: V8's compilers and collectors, libuv's pool",
  other: 'anything else',
} as const
export type Part = keyof typeof PARTS

/** Steps of decoding that a WebAssembly codec's function names tell; `rest` is around them. */
export const STEPS = {
  entropy: 'entropy decoding (Huffman)',
  transform: 'inverse transform (IDCT)',
  colour: 'upsampling and colours',
  resize: 'resizing',
  rest: 'everything else of it',
} as const
export type Step = keyof typeof STEPS

/** The finest that is told apart: a part, or for decoding its step. */
export type Work = Exclude<Part, 'decode' | 'waking' | 'helperThreads'> | Step

const ours = (folder: string, ...names: readonly string[]): string =>
  `${folder}/(${names.join('|')})\\.ts$`
const packages = (...names: readonly string[]): string => `node_modules/(${names.join('|')})`
const any = (...patterns: readonly string[]): RegExp => new RegExp(`^(${patterns.join('|')})`)

/** By source, the first that matches. What none does says nothing by itself: it works for whoever called it. */
const BY_SOURCE: readonly (readonly [Exclude<Work, Exclude<Step, 'rest'>>, RegExp])[] = [
  [
    'rest',
    any(
      ours('inference', 'photo', 'photo-header', 'decoder', 'exif', 'orient', 'resize'),
      'inference/(decoders|headers)/',
      packages('@jsquash/', 'sharp/', '@img/', 'jimp/', '@jimp/', 'jpeg-js/', 'pngjs/'),
    ),
  ],
  ['normalise', any(ours('inference', 'normalise'))],
  [
    'predict',
    any(
      ours('inference', 'engine', 'softmax'),
      'inference/engines/',
      packages('onnxruntime-', '@tensorflow/'),
    ),
  ],
  [
    'handOver',
    any(
      ours('inference', 'classify', 'job', 'job-queue', 'pool', 'shared-photos', 'start-threads'),
      ours('inference', 'worker', 'worker-slot', 'worker-thread'),
      'node:(worker_threads|internal/worker|internal/per_context/messageport)',
    ),
  ],
  [
    'serialise',
    any(
      ours('inference', 'respond', 'form', 'photo-type', 'prediction', 'problem', 'query'),
      ours('inference', 'create-inference', 'served-models', 'server-timing'),
    ),
  ],
  [
    'logAndMetrics',
    any(
      ours('serving', 'log', 'message-metrics', 'metrics', 'request-log'),
      packages('pino', '@pinojs/', 'sonic-boom/', 'atomic-sleep/', 'safe-stable-stringify/'),
      packages('prom-client/', 'tdigest/', 'bintrees/', '@opentelemetry/'),
    ),
  ],
  [
    'http',
    any(
      '(serving|container|functions)/',
      'node:(_http|http|net|_stream|stream|internal/(http|net|stream|js_stream))',
      packages('fastify/', '@fastify/', 'avvio/', 'find-my-way/', 'light-my-request/', 'fastq/'),
      packages('reusify/', 'secure-json-parse/', 'toad-cache/', 'process-warning/', 'cookie/'),
    ),
  ],
]

const BY_WASM_FUNCTION: readonly (readonly [Step, RegExp])[] = [
  ['entropy', /mcu|huff|fill_bit|fill_quick|derived_tbl/],
  ['transform', /dct|transform/],
  ['colour', /ycc|rgb_convert|colou?r|upsample|to_rgb|to_planes/],
  ['resize', /resize|push_row|add_row|write_rgb|taps|to_whole/],
]

/**
 * What a function works on.
 *
 * @returns undefined where that depends on its caller
 */
export function toWork(source: string, functionName: string): Work | undefined {
  if (source === 'wasm') {
    return BY_WASM_FUNCTION.find(([, names]) => names.test(functionName))?.[0] ?? 'rest'
  }
  if (source !== '') return BY_SOURCE.find(([, sources]) => sources.test(source))?.[0]
  // V8's own entries beside the functions.
  if (functionName === '(garbage collector)') return 'garbageCollection'
  return functionName === '(program)' ? 'eventLoop' : undefined
}

/** What a function works on that nobody classified has called: Node's own code runs ticks and timers then. */
export const toOrphansWork = (source: string): Work =>
  source.startsWith('node:') || source === '' ? 'eventLoop' : 'other'
