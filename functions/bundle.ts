import { join } from 'node:path'
import { build } from 'esbuild'

/** Packages with native code or WebAssembly files beside them, and slow ones that are seldom needed: never bundled. */
const EXTERNAL = [
  'onnxruntime-node',
  'sharp',
  '@tensorflow/*',
  '@jsquash/*',
  'jimp',
  'jpeg-js',
  // The function is a file of its own beside OpenFaaS' server, as it is in a template.
  './handler',
  // pino starts it by file name for destinations other than standard output, which we do not use.
  'thread-stream',
]

const ENTRIES = {
  'container/main': 'container/main.ts',
  'container/worker': 'inference/worker.ts',
  'functions/kubeless/handler': 'functions/kubeless/handler.ts',
  'functions/kubeless/runtime': 'functions/kubeless/runtime/main.ts',
  'functions/openfaas/handler': 'functions/openfaas/handler.ts',
  'functions/openfaas/main': 'functions/openfaas/main.ts',
}

/** Makes one CommonJS file of each deployable in `folder`. */
export async function bundle(folder: string): Promise<void> {
  await build({
    entryPoints: ENTRIES,
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: true,
    // import() does not look into NODE_PATH, where an image keeps what a function's zip must not hold.
    supported: { 'dynamic-import': false },
    external: EXTERNAL,
    absWorkingDir: join(__dirname, '..'),
    logLevel: 'warning',
  })
}

if (require.main === module) void bundle('dist')
