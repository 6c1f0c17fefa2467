import { existsSync, readFileSync } from 'node:fs'
import type { Runtime } from 'node:inspector'
import { SourceMap } from 'node:module'
import type { SourceMapPayload } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where a function is, as far as a profile tells it. */
export type CallFrame = Pick<
  Runtime.CallFrame,
  'functionName' | 'url' | 'lineNumber' | 'columnNumber'
>

/**
 * The source that a function was written in: its path from the project's folder, through the map where it is in a bundle;
 * `node:…` of Node's own; `wasm` of WebAssembly; nothing of what is in none, as native functions.
 */
export type ToSource = (frame: CallFrame) => string

/** @param root the project's folder */
export function createToSource(root: string): ToSource {
  const maps = new Map<string, SourceMap | undefined>()
  const mapOf = (file: string): SourceMap | undefined => {
    if (!maps.has(file)) maps.set(file, readMap(`${file}.map`))
    return maps.get(file)
  }
  return ({ url, lineNumber, columnNumber }) => {
    if (url.startsWith('wasm:')) return 'wasm'
    if (url === '' || url.startsWith('node:')) return url
    const file = url.startsWith('file:') ? fileURLToPath(url) : url
    const entry = mapOf(file)?.findEntry(lineNumber, columnNumber)
    const source = entry !== undefined && 'originalSource' in entry ? entry.originalSource : file
    return relative(root, join(source === file ? '' : dirname(file), source)).replaceAll(sep, '/')
  }
}

const readMap = (file: string): SourceMap | undefined =>
  existsSync(file)
    ? new SourceMap(JSON.parse(readFileSync(file, 'utf8')) as SourceMapPayload)
    : undefined
