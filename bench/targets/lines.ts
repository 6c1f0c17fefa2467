import { homedir } from 'node:os'

/** Keeps the last of many lines. */
export interface LastLines {
  readonly add: (line: string) => void
  /** In one line, oldest first. */
  readonly toText: () => string
}

const LINES = 20
const CHARACTERS = 2_000

/** Forgets all but the last 20 lines. */
export function createLastLines(toPublic: (line: string) => string): LastLines {
  const lines: string[] = []
  return {
    add(line) {
      if (line.trim() === '') return
      lines.push(line.trim())
      if (lines.length > LINES) lines.shift()
    },
    toText: () => toPublic(lines.join(' | ')).slice(-CHARACTERS),
  }
}

/** Folders of a path, but no URL; its last part is kept. */
const POSIX_PATH = /(?<![\w.~:/\]-])(?:file:\/\/)?~?\/(?:[^\s:'"`()|/]+\/)*([^\s:'"`()|/]+)/g
const WINDOWS_PATH = /(?:\b[A-Za-z]:|~)\\(?:[^\s:'"`()|\\]+\\)*([^\s:'"`()|\\]+)/g
/** Where the last part alone may be somebody's name. */
const HOME = /(?:\/home|\/Users|[A-Za-z]:\\Users)[\\/][^\s:'"`()|\\/]+/g

/** Text of a program without the folders and the user of this machine, as it may get into a report. */
export function withoutPaths(text: string, root: string): string {
  const short = [`${root}/`, `${root}\\`].reduce(
    (rest, folder) => rest.replaceAll(folder, ''),
    text,
  )
  const home = homedir()
  const homeless = home.length > 1 ? short.replaceAll(home, '~') : short
  return homeless.replace(HOME, '~').replace(POSIX_PATH, '…/$1').replace(WINDOWS_PATH, '…/$1')
}
