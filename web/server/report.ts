import { stat } from 'node:fs/promises'
import { storeFile } from './stored-file'
import type { StoredFile } from './stored-file'

/** A report as it is shown. */
export interface ShownReport {
  readonly file: StoredFile
  /** What it calls itself. */
  readonly title: string
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

/**
 * The report that `find` names at the moment: it is looked for at each call, as another may have been made, and read anew
 * only where it changed.
 *
 * @param find path of the report's HTML file; undefined: there is none
 */
export function createReportShelf(
  find: () => Promise<string | undefined>,
): () => Promise<ShownReport | undefined> {
  let last: { readonly version: string; readonly report: Promise<ShownReport> } | undefined
  return async () => {
    const path = await find()
    const version = path === undefined ? undefined : await toVersion(path)
    if (path === undefined || version === undefined) return undefined
    if (last?.version !== version) last = { version, report: readReport(path) }
    return last.report
  }
}

/** Changes whenever the file does; undefined: there is no such file. */
async function toVersion(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined)
  return found === undefined ? undefined : `${path} ${found.mtimeMs} ${found.size}`
}

async function readReport(path: string): Promise<ShownReport> {
  const file = await storeFile(path, 'text/html; charset=utf-8')
  const [, title = 'Report'] = /<title>([^<]*)<\/title>/.exec(file.bytes.toString('utf8')) ?? []
  return { file, title: title.replace(/&\w+;|&#39;/g, (entity) => ENTITIES[entity] ?? entity) }
}
