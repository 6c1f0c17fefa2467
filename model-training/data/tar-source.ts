import { open, stat, type FileHandle } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { DatasetError } from './dataset-error'
import type { PhotoSource, StoredPhoto } from './photo-source'
import { isGzip, readMembers } from './tar-members'

type Member = Readonly<Record<'bytes' | 'changedAt' | 'offset', number>>

interface OpenTarOptions {
  /** Tells the members that are lists of photos from the photos. */
  readonly isText: (name: string) => boolean
  readonly signal?: AbortSignal | undefined
}

interface OpenedTar {
  readonly source: PhotoSource
  /** Contents of the members whose name is `isText`, by name. */
  readonly texts: ReadonlyMap<string, string>
}

/**
 * Lists a tar. Photos of a plain one are then read where they lie; a gzipped one is unpacked from its
 * beginning each time, as there is no other way into it.
 *
 * @throws DatasetError if it is no tar, or damaged
 */
export async function openTar(
  path: string,
  { isText, signal }: OpenTarOptions,
): Promise<OpenedTar> {
  const members = new Map<string, Member>()
  const texts = new Map<string, string>()
  for await (const member of readMembers(path, signal)) {
    const { name, bytes, changedAt, offset } = member
    // AppleDouble files, which macOS leaves beside each file, are called like it with `._` before.
    if (basename(name).startsWith('.')) continue
    if (isText(name)) texts.set(name, Buffer.from(await member.load()).toString('utf8'))
    // As in unpacking, a later member replaces an earlier one of the same name.
    else members.set(name, { bytes, changedAt, offset })
  }
  const { size, mtimeMs } = await stat(path)
  const toFacts = (member: Member | undefined) =>
    member && {
      bytes: member.bytes,
      stamp: `${member.offset} ${member.changedAt} ${size} ${mtimeMs}`,
    }
  const source: PhotoSource = {
    path: resolve(path),
    files: [...members.keys()].sort(),
    facts: (files) => Promise.resolve(files.map((file) => toFacts(members.get(file)))),
    read: (await isGzip(path))
      ? (files) => readInOrder(path, members, files)
      : (files) => readInPlace(path, members, files),
  }
  return { source, texts }
}

async function* readInOrder(
  path: string,
  members: ReadonlyMap<string, Member>,
  files: readonly string[],
): AsyncGenerator<StoredPhoto> {
  const places = new Map(files.map((file, place) => [file, place]))
  for await (const { name, offset, load } of readMembers(path)) {
    const place = places.get(name)
    if (place === undefined || members.get(name)?.offset !== offset) continue
    const photo = await load()
    yield { place, load: () => Promise.resolve(photo) }
    places.delete(name)
    // What is left of a large tar holds nothing that is wanted.
    if (places.size === 0) return
  }
}

async function* readInPlace(
  path: string,
  members: ReadonlyMap<string, Member>,
  files: readonly string[],
): AsyncGenerator<StoredPhoto> {
  const tar = await open(path)
  const pending = new Set<Promise<unknown>>()
  try {
    for (const [place, file] of files.entries()) {
      const member = members.get(file)
      if (member === undefined) continue
      yield { place, load: () => track(pending, readMember(tar, member, path)) }
    }
  } finally {
    // The last photos may still be on their way when no more are asked for.
    await Promise.allSettled(pending)
    await tar.close()
  }
}

function track<T>(pending: Set<Promise<unknown>>, one: Promise<T>): Promise<T> {
  pending.add(one)
  return one.finally(() => pending.delete(one))
}

async function readMember(
  tar: FileHandle,
  { bytes, offset }: Member,
  path: string,
): Promise<Uint8Array> {
  const photo = new Uint8Array(bytes)
  let done = 0
  while (done < bytes) {
    const { bytesRead } = await tar.read(photo, done, bytes - done, offset + done)
    if (bytesRead === 0) throw new DatasetError(`${path} has become shorter while it was read`)
    done += bytesRead
  }
  return photo
}
