import assert from 'node:assert/strict'
import { cp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { useTemporaryFolder } from '../../helpers/use-temporary-folder'
import { bench, toClusterArgs } from './bench'
import { readMeasured } from './measured'
import { useNamespace } from './namespace'
import type { Namespace } from './namespace'
import type { Ended } from './run'

/** A measurement of the twins in both clusters, as tests make it. */
interface RowRunBench {
  readonly namespaces: () => readonly [Namespace, Namespace]
  /** The run folder. */
  readonly out: () => string
  /** Deploys and measures, with these options besides. */
  readonly measure: (...options: readonly string[]) => Promise<Ended>
}

/** `npm run KIND`, in namespaces of its own. */
export function useRowRun(kind: string): RowRunBench {
  const onKubeless = useNamespace('kubeless', `photo-${kind}-test`)
  const onKubernetes = useNamespace('kubernetes', `photo-${kind}-test`)
  const folder = useTemporaryFolder()
  const out = (): string => join(folder(), 'run')
  return {
    namespaces: () => [onKubeless(), onKubernetes()],
    out,
    measure: (...options) =>
      bench(
        `${kind}/main.ts`,
        ...toClusterArgs(onKubeless(), onKubernetes()),
        ...['--deploy', '--out', out(), ...options],
      ),
  }
}

/** Makes the report of a run again of its raw rows, elsewhere, and compares it byte by byte. */
export async function assertRebuilt(out: string): Promise<void> {
  const again = `${out}-again`
  await cp(out, again, { recursive: true })
  const names = ['report.json', 'report.md', 'report.svg']
  for (const name of names) await rm(join(again, name))
  await readMeasured(await bench('report/main.ts', again), again)
  for (const name of names) {
    assert.equal(await readFile(join(again, name), 'utf8'), await readFile(join(out, name), 'utf8'))
  }
}
