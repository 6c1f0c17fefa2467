import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { ImportError, toImportError } from './import-error'
import type { Place } from './import-error'

/** A line without its end. */
export interface Line extends Place {
  readonly text: string
}

const GZIP = Buffer.from([0x1f, 0x8b])

/**
 * The lines of a file, one after the other, so that a large one takes no memory; of a compressed one (gzip, whatever it is
 * called) as well. Empty lines are passed over.
 *
 * @throws ImportError if it cannot be read, is empty, or is cut short: gzip that does not end, or a line that does not
 */
export async function* readLines(file: string): AsyncGenerator<Line> {
  let [rest, line, isEmpty] = ['', 0, true]
  try {
    for await (const chunk of await openText(file)) {
      const lines = `${rest}${chunk}`.split('\n')
      rest = lines.pop() ?? ''
      for (const text of lines) {
        line += 1
        if (text.trim() === '') continue
        isEmpty = false
        yield { file, line, text: text.replace(/\r$/, '') }
      }
    }
  } catch (cause) {
    throw explain(cause, { file, line: line + 1 })
  }
  if (rest !== '') {
    throw toImportError({ file, line: line + 1 }, 'the line has no end: the file was cut short')
  }
  if (isEmpty) throw new ImportError(`${file} is empty`)
}

async function openText(file: string): Promise<AsyncIterable<string>> {
  const handle = await open(file)
  let start: Buffer
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(GZIP.length), 0, GZIP.length, 0)
    start = buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
  const bytes = createReadStream(file)
  if (!start.equals(GZIP)) return bytes.setEncoding('utf8')
  const unzipped = createGunzip()
  // What the file itself gives is news to who reads the lines.
  bytes.on('error', (error) => unzipped.destroy(error))
  return bytes.pipe(unzipped).setEncoding('utf8')
}

function explain(cause: unknown, place: Place): unknown {
  const { code = '' } = cause as NodeJS.ErrnoException
  if (code === 'Z_BUF_ERROR') return toImportError(place, 'its gzip was cut short', cause)
  if (code.startsWith('Z_')) return toImportError(place, `its gzip is damaged (${code})`, cause)
  if (code === 'ENOENT') return new ImportError(`${place.file} is not there`, { cause })
  if (code === 'EISDIR') return new ImportError(`${place.file} is a folder, not a file`, { cause })
  if (code === 'EACCES') return new ImportError(`${place.file} may not be read`, { cause })
  return cause
}
