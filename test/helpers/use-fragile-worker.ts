import { mkdtemp, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

/** Below the project, so that the packages are found from there. */
const CACHE = join(__dirname, '../../.cache')

/**
 * The file of a worker thread that can be made to fail (fragile-worker.ts), for the tests of a `describe`. It is one
 * file, as a thread that compiles the core itself takes over a second to start.
 */
export function useFragileWorker(): () => string {
  let folder = ''
  before(async () => {
    await mkdir(CACHE, { recursive: true })
    folder = await mkdtemp(join(CACHE, 'fragile-worker-'))
    await build({
      entryPoints: [require.resolve('./fragile-worker')],
      outfile: join(folder, 'worker.js'),
      bundle: true,
      packages: 'external',
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      sourcemap: true,
      // As in our bundles, and so that packages can be hidden from it.
      supported: { 'dynamic-import': false },
    })
  })
  after(() => rm(folder, { recursive: true }))
  return () => join(folder, 'worker.js')
}
