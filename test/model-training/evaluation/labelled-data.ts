import { LABELS } from '../../../inference/index'
import { renderPhotos } from '../solid-photos'

const PARTS = ['train', 'val', 'val', 'test', 'test'] as const

/** Five photos of each label with a manifest, of which two are the test part; `files` are added. */
export async function createData(
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<Record<string, string | Uint8Array>> {
  const photos = await renderPhotos(PARTS.length)
  const rows = LABELS.flatMap((label) =>
    PARTS.map((part, i) => {
      const isUnseen = part === 'test' && i % 2 === 0
      const source = isUnseen ? 'o/other' : 'o/first'
      return [`${label}/${i}.jpg`, label, part, source, 'A', isUnseen ? 'yes' : 'no']
    }),
  )
  const listed = Object.keys(files).map((file) => [
    ...[file, file.slice(0, file.indexOf('/')), 'test', 'o/first', 'B', 'no'],
  ])
  const header = ['file', 'label', 'split', 'source_repo', 'licence_tier', 'heldout_source']
  const quote = (cell: string): string => `"${cell.replaceAll('"', '""')}"`
  const lines = [header, ...rows, ...listed].map((row) => row.map(quote).join(','))
  return { ...photos, ...files, 'manifest.csv': lines.join('\n') }
}
