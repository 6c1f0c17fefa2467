import { execFileSync } from 'node:child_process'

/** Holds all threads of processes to cores, where the system lets it. */
export interface Cores {
  /** Whether loaders and servers have a core each. */
  readonly pinned: boolean
  /** Holds a server to the second core. */
  holdServer(pid: number): void
  /** Gives this process what it had. */
  release(): void
}

/** Holds this process, and what it starts from now on, to the first of its cores. */
export function holdToCores(): Cores {
  const nothing = { pinned: false, holdServer: () => undefined, release: () => undefined }
  const before = readCores()
  const [first, second] = before
  if (first === undefined || second === undefined) return nothing
  hold(process.pid, [first])
  return {
    pinned: true,
    holdServer: (pid) => {
      hold(pid, [second])
    },
    release: () => {
      hold(process.pid, before)
    },
  }
}

const TRIES = 3

/** A thread that ends meanwhile makes it fail, though all others are held. */
function hold(pid: number, cores: readonly number[], tries = TRIES): void {
  try {
    execFileSync('taskset', ['-a', '-c', '-p', cores.join(','), String(pid)], { stdio: 'pipe' })
  } catch (error) {
    if (tries === 1) throw error
    hold(pid, cores, tries - 1)
  }
}

/** That this process may use; none where it cannot be told or changed. */
function readCores(): readonly number[] {
  let text: string
  try {
    text = execFileSync('taskset', ['-c', '-p', String(process.pid)], { encoding: 'utf8' })
  } catch {
    return []
  }
  const list = /: *([\d,-]+)\s*$/.exec(text)?.[1] ?? ''
  return list.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number)
    return Array.from({ length: to - from + 1 }, (_, index) => from + index)
  })
}
