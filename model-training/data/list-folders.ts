import { LABELS } from '../../inference/index'
import type { Candidate, Exclusion } from './entry'
import { isPhotoName } from './photo-name'
import type { Rows } from './listing'

/** Labels photos by the folder they are in, at any depth; the split is left to the seed. */
export function listFolders(files: readonly string[]): Rows {
  const candidates: Candidate[] = []
  const excluded: Exclusion[] = []
  for (const file of files) {
    const listed = toCandidate(file)
    if (listed === undefined) continue
    if ('reason' in listed) excluded.push(listed)
    else candidates.push(listed)
  }
  return { candidates, excluded, warnings: [] }
}

/** Undefined for what lies beside the folders and is no photo, such as a README. */
function toCandidate(file: string): Candidate | Exclusion | undefined {
  const place = file.indexOf('/')
  if (place < 0) return isPhotoName(file) ? { file, reason: 'in no folder of a label' } : undefined
  const folder = file.slice(0, place)
  const label = LABELS.find((known) => known === folder)
  if (label === undefined) return { file, reason: `unknown label "${folder}"` }
  const nothing = { split: undefined, group: undefined, tier: undefined, source: undefined }
  return { file, label, ...nothing, heldoutSource: false }
}
