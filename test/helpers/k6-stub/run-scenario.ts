import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'esbuild'

const ROOT = join(__dirname, '..', '..', '..')
const MODULES = join(__dirname, 'modules.ts')

/** What each module of k6 is in the stub. */
const STUBS: Readonly<Record<string, string>> = {
  k6: `export { check } from '${MODULES}'`,
  'k6/http': `export { http as default } from '${MODULES}'`,
  'k6/execution': `export { execution as default } from '${MODULES}'`,
  'k6/metrics': `export { Counter, Trend } from '${MODULES}'`,
}

interface ScenarioEnd {
  readonly exitCode: number
  /** The scenario's options as JSON. */
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a scenario of bench/k6 on the STUB of modules.ts, as a process of its own.
 *
 * @param env what k6 is given by -e
 * @param out gets the samples, in k6's JSON
 */
export async function runScenario(
  name: 'closed' | 'open',
  { folder, env, iterations, out }: Options,
): Promise<ScenarioEnd> {
  const program = join(folder, `${name}.cjs`)
  await build({
    stdin: {
      contents: `import { run } from '${MODULES}'\nimport * as scenario from './bench/k6/${name}.js'\nrun(scenario)`,
      resolveDir: ROOT,
    },
    plugins: [
      {
        name: 'k6-stub',
        setup(building) {
          building.onResolve({ filter: /^k6(\/|$)/ }, ({ path }) => ({ path, namespace: 'k6' }))
          building.onLoad({ filter: /.*/, namespace: 'k6' }, ({ path }) => ({
            ...{
              contents: STUBS[path] ?? `throw new Error('no stub of ${path}')`,
              resolveDir: ROOT,
            },
          }))
        },
      },
    ],
    ...{ bundle: true, format: 'cjs', platform: 'node', target: 'node20', outfile: program },
  })
  const stub = { K6_STUB_OUT: out, K6_STUB_ITERATIONS: String(iterations) }
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program],
      { env: { PATH: process.env['PATH'], ...stub, ...env } },
      (error, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr })
      },
    )
  })
}

interface Options {
  /** Gets the bundle. */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly iterations: number
  readonly out: string
}
