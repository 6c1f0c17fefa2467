import { normalize } from 'node:path/posix'

/** What is wrong with a photo's path in a manifest, if anything is. */
export function toPathFault(file: string): string | undefined {
  if (file === '') return 'row without a file'
  return /^(\/|\.\.(\/|$))/.test(normalize(file)) ? 'path outside of the data folder' : undefined
}
