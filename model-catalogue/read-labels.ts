import { readFile } from 'node:fs/promises'
import { CatalogueError } from './catalogue-error'

/** Labels in the order of a model's outputs, and what had to be done so that they differ. */
export interface Labels {
  readonly labels: readonly string[]
  /** As `"crane" (line 519) is called "crane (2)"`. */
  readonly renamed: readonly string[]
}

/**
 * Reads a file of labels, one a line.
 *
 * @throws CatalogueError if it cannot be read, or has an empty line or one label only
 */
export async function readLabels(file: string): Promise<Labels> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    throw new CatalogueError(`the labels' file ${file} cannot be read`, { cause })
  }
  const lines = text
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.trim())
  const empty = lines.indexOf('')
  if (empty !== -1) throw new CatalogueError(`${file} has no label in line ${empty + 1}`)
  if (lines.length < 2) throw new CatalogueError(`${file} has one label, a model has two or more`)
  return toDifferent(lines)
}

/** ImageNet's own list has two cranes: the bird, and the machine. */
function toDifferent(lines: readonly string[]): Labels {
  const taken = new Set(lines)
  const seen = new Set<string>()
  const renamed: string[] = []
  const labels = lines.map((label, at) => {
    if (!seen.has(label)) {
      seen.add(label)
      return label
    }
    let number = 2
    while (taken.has(`${label} (${number})`)) number++
    const other = `${label} (${number})`
    taken.add(other)
    renamed.push(`"${label}" (line ${at + 1}) is called "${other}"`)
    return other
  })
  return { labels, renamed }
}
