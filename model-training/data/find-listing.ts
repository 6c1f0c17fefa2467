import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LABELS } from '../../inference/index'
import { DatasetError, UnknownFormError } from './dataset-error'
import { createFolderSource } from './folder-source'
import { listFolders } from './list-folders'
import { listManifest } from './list-manifest'
import type { Listing } from './listing'
import { listYelp, toUnnamedReason } from './list-yelp'
import { readManifest } from './manifest'
import type { PhotoSource } from './photo-source'
import { openTar } from './tar-source'

/** Names that Yelp has given its list of photos over the years. */
const YELP_LIST = /^(yelp_academic_dataset_)?photos?\.json$/i
const TAR = /\.(tar|tgz|tar\.gz)$/i

interface ListingOptions {
  /** Licence tiers to learn from. */
  readonly tiers: readonly string[]
  readonly signal?: AbortSignal | undefined
}

/**
 * Finds out how data are kept, a manifest, Yelp's list or a folder per label, and lists their photos.
 *
 * @param path a folder or a tar
 * @throws DatasetError if it is none of these (UnknownFormError), or several at once
 */
export async function findListing(path: string, options: ListingOptions): Promise<Listing> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new DatasetError(`there is nothing to be read at ${path}: name a folder or a tar`, {
      cause,
    })
  })
  if (!found.isDirectory()) return listTar(path, options)
  const names = (await readdir(path)).filter((name) => !name.startsWith('.')).sort()
  const lists = names.filter((name) => YELP_LIST.test(name))
  if (names.includes('manifest.csv')) {
    requireOne(['manifest.csv', ...lists], path)
    return listManifestFolder(path, options.tiers)
  }
  const [list] = requireOne(lists, path)
  if (list !== undefined) return listYelpFolder(path, list, { ...options, names })
  const tars = names.filter((name) => TAR.test(name))
  if (LABELS.some((label) => names.includes(label))) return listLabelFolders(path, tars)
  if (tars.length > 0) return listTar(join(path, chooseTar(tars, path)), options)
  throw new UnknownFormError(
    `${path} holds no photos in a form that is known: a folder for each of ${LABELS.join(', ')}, ` +
      `a manifest.csv, or Yelp’s photos.json with its photos${adviseOfZip(names)}`,
  )
}

function adviseOfZip(names: readonly string[]): string {
  const zip = names.find((name) => /\.(zip|tar\.(xz|bz2|zst))$/i.test(name))
  return zip === undefined ? '' : `; unpack ${zip} first`
}

function requireOne(lists: readonly string[], path: string): readonly string[] {
  if (lists.length <= 1) return lists
  throw new DatasetError(`${path} holds ${lists.join(' and ')}: which one is true? Leave only one`)
}

async function listManifestFolder(path: string, tiers: readonly string[]): Promise<Listing> {
  const rows = (await readManifest(path, ['file', 'label', 'split'])) ?? []
  const source = await createFolderSource(path)
  return { origin: 'manifest', source, ...listManifest(rows, source.files, tiers) }
}

async function listLabelFolders(path: string, tars: readonly string[]): Promise<Listing> {
  const source = await createFolderSource(path)
  const rows = listFolders(source.files)
  const unread = tars.map((tar) => `${tar} is not read: there are folders of labels beside it`)
  return { origin: 'folders', source, ...rows, warnings: [...rows.warnings, ...unread] }
}

async function listYelpFolder(
  path: string,
  list: string,
  { names, signal }: ListingOptions & { readonly names: readonly string[] },
): Promise<Listing> {
  const json = await readFile(join(path, list), 'utf8')
  const tars = names.filter((name) => TAR.test(name))
  if (names.includes('photos')) {
    const source = await createFolderSource(path)
    // Whatever else lies beside the list is not said to be its photos.
    const files = source.files.filter((file) => file.startsWith('photos/'))
    return toYelp({ ...source, files }, { name: list, json })
  }
  if (tars.length > 0) {
    const { source } = await openTar(join(path, chooseTar(tars, path)), { ...IS_LIST, signal })
    return toYelp(source, { name: list, json })
  }
  throw new DatasetError(`${path} has ${list}, but neither a folder "photos" nor a tar beside it`)
}

async function listTar(path: string, { signal }: ListingOptions): Promise<Listing> {
  const { source, texts } = await openTar(path, { ...IS_LIST, signal })
  const [name] = requireOne([...texts.keys()], path)
  if (name === undefined) {
    throw new DatasetError(
      `${path} has no photos.json: name Yelp’s tar of photos, or unpack this one and name its folder`,
    )
  }
  return toYelp(source, { name: basename(name), json: texts.get(name) ?? '' })
}

const IS_LIST = { isText: (name: string): boolean => YELP_LIST.test(basename(name)) }

function toYelp(source: PhotoSource, list: { name: string; json: string }): Listing {
  const rows = listYelp(list, source.files)
  if (rows.candidates.length > 0) return { origin: 'yelp', source, ...rows }
  const first = rows.excluded.find(({ reason }) => reason !== toUnnamedReason(list.name))
  const reason = first === undefined ? 'it is empty' : `${first.file}: ${first.reason}`
  throw new DatasetError(
    `${list.name} has no line that is a photo of ${LABELS.join(', ')} (${reason})`,
  )
}

/** Yelp's other tar, of reviews, may lie beside the one of photos. */
function chooseTar(tars: readonly string[], path: string): string {
  const ofPhotos = tars.length === 1 ? tars : tars.filter((name) => /photo/i.test(name))
  const [tar, ...others] = ofPhotos
  if (tar !== undefined && others.length === 0) return tar
  throw new DatasetError(`${path} holds several tars, ${tars.join(', ')}: name the one of photos`)
}
