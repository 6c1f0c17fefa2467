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
    mount(folder, 'size=1m')
    unmount(folder)
    return undefined
  } catch {
    return 'this user may not mount a small disk'
  } finally {
    rmdirSync(folder)
  }
}

/** @param options of tmpfs, such as `size=16m` */
export function mount(folder: string, options: string): void {
  const args = ['-t', 'tmpfs', '-o', options, 'photo-twin-test', folder]
  execFileSync('mount', args, { stdio: 'ignore' })
}

export function unmount(folder: string): void {
  execFileSync('umount', [folder], { stdio: 'ignore' })
}
