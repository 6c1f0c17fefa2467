import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { readManifest } from '../inference/index'
import type { ModelContents } from '../inference/index'
import { CatalogueError } from './catalogue-error'
import { download, toAddress, toWords } from './download'

/** A model's files in memory, as its folder is to hold them. */
export interface Source {
  /** Where it is from: an address without its query, or a path's last part. */
  readonly origin: string
  /** By name, in the order of the sum of the whole. */
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly contents: ModelContents
}

interface SourceOptions {
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

const MAX_JSON_BYTES = 64 * 1024 * 1024
const MAX_BYTES = 1024 * 1024 * 1024

/** Reads one of the source's files; a name beside the first one, or the first one itself. */
type Read = (name: string | undefined, maxBytes: number) => Promise<Uint8Array>

/**
 * Reads a model: a folder with model.json, a path or an address of one, or of an ONNX file.
 *
 * @throws CatalogueError what cannot be had; LoadError what is no model; the signal's reason
 */
export async function readSource(source: string, options: SourceOptions): Promise<Source> {
  const { path, origin, read } = /^https?:\/\//i.test(source)
    ? fromAddress(source, options)
    : await fromPath(source, options)
  if (/\.json$/i.test(path)) return readTensorflow(origin, read, options)
  if (/\.onnx$/i.test(path)) return readOnnx(origin, read)
  throw new CatalogueError(
    `${origin} is neither a folder with model.json nor a model.json nor an .onnx file`,
  )
}

interface Opened {
  readonly path: string
  readonly origin: string
  readonly read: Read
}

function fromAddress(source: string, { signal, say }: SourceOptions): Opened {
  const address = toAddress(source)
  const { pathname } = address
  // Of a folder its model.json is meant.
  if (!/\.(json|onnx)$/i.test(pathname)) {
    address.pathname = join(pathname, 'model.json')
  }
  const read: Read = async (name, maxBytes) => {
    // Without the query, which is for the file that it was given for.
    const url = name === undefined ? address : new URL(name, toWords(address))
    say(`downloading ${toWords(url)}`)
    return download(url, { maxBytes, signal })
  }
  return { path: address.pathname, origin: toWords(address), read }
}

async function fromPath(source: string, { signal }: SourceOptions): Promise<Opened> {
  const path = await toFile(source)
  const read: Read = async (name, maxBytes) => {
    signal.throwIfAborted()
    const file = name === undefined ? path : join(dirname(path), name)
    try {
      const { size } = await stat(file)
      if (size > maxBytes) {
        throw new CatalogueError(`${file} is larger than the ${maxBytes} bytes accepted`)
      }
      return await readFile(file, { signal })
    } catch (cause) {
      signal.throwIfAborted()
      if (cause instanceof CatalogueError) throw cause
      throw new CatalogueError(`${file} cannot be read`, { cause })
    }
  }
  return { path, origin: basename(resolve(source)), read }
}

/** Of a folder its model.json, or its model.onnx if it has no other. */
async function toFile(source: string): Promise<string> {
  const isFile = (path: string): Promise<boolean> =>
    stat(path).then(
      (found) => found.isFile(),
      () => false,
    )
  if (await isFile(source)) return source
  for (const name of ['model.json', 'model.onnx']) {
    if (await isFile(join(source, name))) return join(source, name)
  }
  throw new CatalogueError(`${source} is no file, and no folder with model.json or model.onnx`)
}

async function readTensorflow(origin: string, read: Read, { say }: SourceOptions): Promise<Source> {
  const modelJson = await read(undefined, MAX_JSON_BYTES)
  const { shards, ...manifest } = readManifest(modelJson, origin)
  const files = new Map([['model.json', modelJson]])
  let left = MAX_BYTES
  for (const [index, shard] of shards.entries()) {
    say(`reading weights, file ${index + 1} of ${shards.length}`)
    const bytes = await read(shard, left)
    left -= bytes.byteLength
    files.set(shard, bytes)
  }
  const weights = Buffer.concat(shards.map((shard) => files.get(shard) ?? new Uint8Array(0)))
  return { origin, files, contents: { ...manifest, weights } }
}

async function readOnnx(origin: string, read: Read): Promise<Source> {
  const weights = await read(undefined, MAX_BYTES)
  const files = new Map([['model.onnx', weights]])
  return { origin, files, contents: { format: 'onnx', weights } }
}
