import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let reason: { readonly why: string | undefined } | undefined

/** Why no file system of our own can be made here; undefined: it can. */
export function whyNoMount(): string | undefined {
  reason ??= { why: tryToMount() }
  return reason.why
}

function tryToMount(): string | undefined {
  if (process.platform !== 'linux') return 'small disks for tests are made on Linux only'
  const folder = mkdtempSync(join(tmpdir(), 'photo-twin-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'photo-twin-test', folder], { stdio: 'ignore' })
    execFileSync('umount', [folder], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'this user may not mount a small disk'
  } finally {
    rmdirSync(folder)
  }
}
