import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startLocal } from '../../../bench/targets/local'
import type { Target } from '../../../bench/targets/target'

/** A program that says it listens and is ready, as the twins do, and then does what `then` says. */
export const readyThen = (then: string, facts = '{}'): string => `
  const say = (line) => console.log(JSON.stringify({ level: 'info', ...line }))
  say({ msg: 'listening', address: 'http://127.0.0.1:9' })
  say({ msg: 'ready', ...${facts} })
  setInterval(() => undefined, 1000)
  ${then}
`

export const LIMITS = { cpus: 2, memoryBytes: 2 * 2 ** 30 }

type LocalOptions = Parameters<typeof startLocal>[0]

/** Small programs in a folder of their own. */
export interface Programs {
  readonly root: string
  readonly start: (source: string, options?: Partial<LocalOptions>) => Promise<Target>
  readonly remove: () => Promise<void>
}

export function createPrograms(): Programs {
  const root = mkdtempSync(join(tmpdir(), 'programs-'))
  const targets: Target[] = []
  return {
    root,
    async start(source, options = {}) {
      const file = `program-${String(targets.length)}.js`
      writeFileSync(join(root, file), source)
      const target = await startLocal({
        name: 'script',
        title: 'a script',
        file,
        root,
        env: {},
        limits: LIMITS,
        signal: new AbortController().signal,
        ...options,
      })
      targets.push(target)
      return target
    },
    async remove() {
      await Promise.all(targets.map((target) => target.stop()))
      rmSync(root, { recursive: true })
    },
  }
}
