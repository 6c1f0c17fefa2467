import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import AdmZip from 'adm-zip'
import { build } from 'esbuild'
import type { BuildOptions } from 'esbuild'

/** Packages with native code or WebAssembly files beside them, and slow ones that are seldom needed: never bundled. */
const EXTERNAL = [
  'onnxruntime-node',
  'sharp',
  '@tensorflow/*',
  '@jsquash/*',
  'jimp',
  'jpeg-js',
  'kafkajs',
  'amqplib',
  // The function is a file of its own beside OpenFaaS' server, as it is in a template.
  './handler',
  // pino starts it by file name for destinations other than standard output, which we do not use.
  'thread-stream',
]

const ENTRIES = {
  'container/main': 'container/main.ts',
  'container/worker': 'inference/worker.ts',
  'functions/kubeless/handler': 'functions/kubeless/handler.ts',
  'functions/kubeless/message-handler': 'functions/kubeless/message-handler.ts',
  'functions/kubeless/runtime': 'functions/kubeless/runtime/main.ts',
  'functions/openfaas/handler': 'functions/openfaas/handler.ts',
  'functions/openfaas/main': 'functions/openfaas/main.ts',
}

const OPTIONS = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // import() does not look into NODE_PATH, where an image keeps what a function's zip must not hold.
  supported: { 'dynamic-import': false },
  external: EXTERNAL,
  absWorkingDir: join(__dirname, '..'),
  logLevel: 'warning',
} as const satisfies BuildOptions

/**
 * Makes one CommonJS file of each deployable in `folder`, the zips of the Kubeless functions, and the page beside the
 * container that shows it.
 */
export async function bundle(folder: string): Promise<void> {
  await build({ ...OPTIONS, entryPoints: ENTRIES, outdir: folder, sourcemap: true })
  await bundlePage(join(folder, 'container', 'page'))
  for (const name of ['handler', 'message-handler']) {
    await writeFile(join(folder, `functions/kubeless/${name}.zip`), await zipHandler(name))
  }
}

const PAGE = join(__dirname, '..', 'web', 'page')

/** The page as a browser loads it: one script and one style, small. */
async function bundlePage(folder: string): Promise<void> {
  await build({
    entryPoints: { page: join(PAGE, 'main.ts'), style: join(PAGE, 'style.css') },
    bundle: true,
    minify: true,
    platform: 'browser',
    target: ['chrome109', 'firefox115', 'safari16'],
    format: 'iife',
    outdir: folder,
    logLevel: 'warning',
  })
  for (const name of ['index.html', 'icon.svg'])
    await copyFile(join(PAGE, name), join(folder, name))
}

/** All files of a zip have one date, so that the same sources make the same zip. */
const DATE = new Date(2000, 0, 1)

/**
 * A Kubeless function as it is deployed. It lies in the cluster's etcd and, in serverless-kubeless 0.4.4, must not be
 * larger than 64 KiB: minified, without a map.
 */
async function zipHandler(name: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    ...OPTIONS,
    entryPoints: [`functions/kubeless/${name}.ts`],
    minify: true,
    write: false,
  })
  const [handler] = outputFiles
  if (handler === undefined) throw new Error('esbuild made no handler')
  // Kubeless writes the package.json that it is told over this one; without one it writes an empty file.
  const files = { [`${name}.js`]: handler.contents, 'package.json': Buffer.from('{}\n') }
  const zip = new AdmZip()
  for (const [name, content] of Object.entries(files)) {
    zip.addFile(name, Buffer.from(content)).header.time = DATE
  }
  return zip.toBuffer()
}

if (require.main === module) void bundle('dist')
