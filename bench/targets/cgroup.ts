import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A cgroup of our own. */
export interface Group {
  readonly folder: string
  /** A process that writes its id here is in it. */
  readonly entrance: string
  /** Ends what is inside, and removes it. */
  readonly remove: () => void
}

/** Where a cgroup is made, and how it is set up. */
export interface GroupOptions {
  /** The cgroup that it is made in. */
  readonly parent: string
  /** Values by file name, in the order to be written. */
  readonly settings: Readonly<Record<string, string>>
  /** Those that some kernels do not have. */
  readonly extraSettings?: Readonly<Record<string, string>>
}

const PREFIX = 'photo-twin'
let groups = 0

/**
 * Makes a cgroup that this user can set up and enter.
 *
 * @throws Error of the file system
 */
export async function createGroup(options: GroupOptions): Promise<Group> {
  const { parent, settings, extraSettings = {} } = options
  removeLeftOvers(parent)
  groups += 1
  const folder = join(parent, `${PREFIX}-${process.pid}-${groups}`)
  mkdirSync(folder)
  const entrance = join(folder, 'cgroup.procs')
  try {
    for (const [file, value] of Object.entries(settings)) set(join(folder, file), value)
    for (const [file, value] of Object.entries(extraSettings)) trySet(join(folder, file), value)
    // Rights to move a process are another matter than rights to make a cgroup.
    await promisify(execFile)('/bin/sh', ['-c', 'echo $$ > "$1"', 'sh', entrance])
  } catch (error) {
    remove(folder)
    throw error
  }
  return {
    folder,
    entrance,
    remove: () => {
      remove(folder)
    },
  }
}

/** A number of a file such as "name number" a line; without a name the whole file is the number. */
export function readNumber(file: string, name?: string): number | null {
  const text = tryRead(file)
  const number =
    name === undefined ? text : new RegExp(`^${name} (\\d+)$`, 'm').exec(text ?? '')?.[1]
  return number === undefined ? null : Number(number)
}

/** Kernel's files are never made, only written. */
function set(file: string, value: string): void {
  writeFileSync(file, value, { flag: 'r+' })
}

/** Whether a value could be written. */
export function trySet(file: string, value: string): boolean {
  try {
    set(file, value)
    return true
  } catch {
    return false
  }
}

/** A file's text; undefined where it cannot be read. */
export function tryRead(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}

/** What was killed takes a moment to be gone. */
const REMOVE_TRIES = 100
const REMOVE_PAUSE_MS = 5

/** Synchronous, for the harness's exit. */
function remove(folder: string): void {
  for (let tries = 0; tries < REMOVE_TRIES; tries++) {
    if (tryRemove(folder)) return
    for (const pid of tryRead(join(folder, 'cgroup.procs'))?.split('\n') ?? []) kill(Number(pid))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, REMOVE_PAUSE_MS)
  }
}

/** Only an empty one can be removed. */
function tryRemove(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT'
  }
}

function kill(pid: number): void {
  try {
    // 0 would be our own group: processes that another namespace hides have it.
    if (pid > 0) process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone.
  }
}

/** Those of harnesses that were ended by SIGKILL. */
function removeLeftOvers(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = new RegExp(`^${PREFIX}-(\\d+)-\\d+$`).exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) tryRemove(join(parent, name))
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
