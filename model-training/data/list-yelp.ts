import type { Candidate, Exclusion } from './entry'
import type { Rows } from './listing'
import { isPhotoName } from './photo-name'
import { parseYelpRows, type YelpRow } from './yelp-rows'

/** What the card and the reports call photos of the Yelp Open Dataset, which come under terms of their own. */
export const YELP = { source: 'Yelp Open Dataset', tier: 'Yelp' } as const

interface YelpList {
  /** Name and content of the list of photos. */
  readonly name: string
  readonly json: string
}

/** Why a photo is left out that the list does not name. */
export const toUnnamedReason = (name: string): string => `not in ${name}`

/** Labels photos by Yelp's list; all photos of a business are one group. */
export function listYelp({ name, json }: YelpList, files: readonly string[]): Rows {
  const byId = toFilesById(files)
  const toFile = (photoId: string) => byId.get(photoId) ?? `photos/${photoId}.jpg`
  const { rows, excluded, blankLines } = parseYelpRows(json, name, toFile)
  const candidates = rows.map((row) => toCandidate(row, toFile))
  const named = new Set([...candidates, ...excluded].map(({ file }) => file))
  const rest = files.filter((file) => isPhotoName(file) && !named.has(file))
  const others = files.filter((file) => !isPhotoName(file))
  return {
    candidates,
    excluded: [
      ...excluded,
      ...rest.map((file): Exclusion => ({ file, reason: toUnnamedReason(name) })),
    ],
    warnings: [
      ...(blankLines > 0 ? [`${name} has ${blankLines} empty lines`] : []),
      ...(others.length > 0
        ? [`${others.length} files are no photos, such as ${others[0] ?? ''}`]
        : []),
    ],
  }
}

/** The list says ids, the files may be in a folder of any name; the one called photos comes first. */
function toFilesById(files: readonly string[]): ReadonlyMap<string, string> {
  const byId = new Map<string, string>()
  for (const file of files) {
    if (!isPhotoName(file)) continue
    const [id = ''] = file.slice(file.lastIndexOf('/') + 1).split(/\.[^.]+$/)
    if (!byId.has(id) || /(^|\/)photos\/[^/]+$/.test(file)) byId.set(id, file)
  }
  return byId
}

function toCandidate(
  { photoId, businessId, label }: YelpRow,
  toFile: (id: string) => string,
): Candidate {
  const group = `business ${businessId}`
  return { file: toFile(photoId), label, split: undefined, group, ...YELP, heldoutSource: false }
}
