import { toCachePath } from './cache-path'
import { decodeEach } from './decode-each'
import { toFingerprint, type Fingerprint } from './fingerprint'
import { LOOKS_INPUT } from './looks'
import type { Reading } from './reading'
import { sealFile, unsealFile } from './sealed-file'

/** What came of looking at a photo. */
export type Sight =
  | { readonly state: 'seen'; readonly fingerprint: Fingerprint }
  | { readonly state: 'unusable'; readonly reason: string }

/**
 * Looks at photos: which can be decoded, and by what they are told apart. What was seen is kept in the cache.
 *
 * @throws CacheError if the disk is full or may not be written to
 */
export async function surveyPhotos(
  files: readonly string[],
  options: Reading,
): Promise<readonly Sight[]> {
  const { source, cache, onNotice } = options
  const facts = await source.facts(files)
  const photos = files.map((file, place) => [file, facts[place]] as const)
  const path = cache && toCachePath(cache, options, 'fingerprints', photos)
  const kept = path === undefined ? 'missing' : await readSights(path, files.length)
  if (kept !== 'missing' && kept !== 'damaged') return kept
  if (kept === 'damaged') onNotice?.(`${path ?? ''} is damaged: the photos are looked at again`)
  const sights: Sight[] = []
  const exact = { ...options, ...LOOKS_INPUT, facts }
  const failures = await decodeEach(files, exact, ({ place, photo, rgb }) => {
    sights[place] = { state: 'seen', fingerprint: toFingerprint(photo, rgb) }
  })
  for (const [place, reason] of failures) sights[place] = { state: 'unusable', reason }
  if (path !== undefined && cache?.mode === 'read-write') {
    await sealFile(path, () => Promise.resolve({ bodyBytes: 0, index: sights }))
  }
  return sights
}

async function readSights(
  path: string,
  count: number,
): Promise<readonly Sight[] | 'missing' | 'damaged'> {
  const unsealed = await unsealFile(path)
  if (unsealed.state !== 'whole') return unsealed.state
  await unsealed.file.close()
  // Its sum says that it is what `surveyPhotos` wrote.
  const sights = unsealed.index as readonly Sight[]
  return sights.length === count ? sights : 'damaged'
}
