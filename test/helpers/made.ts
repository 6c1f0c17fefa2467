import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { arch, cpus, platform } from 'node:os'
import { join } from 'node:path'

/** What a committed figure depends on; no name of a machine, user or folder. */
export interface Made {
  readonly command: string
  readonly commit: string
  readonly node: string
  readonly platform: string
  readonly cpu: string
  readonly cpus: number
}

/** Of a figure that is made by a command here and now. */
export const readMade = (command: string): Made => ({
  command,
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  node: process.version,
  platform: `${platform()} ${arch()}`,
  cpu: cpus()[0]?.model ?? 'unknown',
  cpus: cpus().length,
})

/** The model that is served where none is asked for. */
export function readModel(): { readonly name: string; readonly sha256: string } {
  const file = join(__dirname, '../../inference/models/photo-net/card.json')
  const { name, sha256 } = JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof readModel>
  return { name, sha256 }
}
