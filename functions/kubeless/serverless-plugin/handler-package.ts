import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import AdmZip from 'adm-zip'

/** A function's zip as a Function carries it. */
export interface HandlerPackage {
  readonly base64: string
  /** `sha256:` and the sum in hexadecimal digits. */
  readonly checksum: string
  /** The package.json within, which Kubeless writes over the one that it unpacks. */
  readonly dependencies: string
}

/** The zip cannot be deployed; the message says why, and what to do. */
export class PackageError extends Error {
  override readonly name = 'PackageError'
}

/**
 * A Function and the ConfigMap that Kubeless makes of it each are one object of etcd, whose limit is 1.5 MiB, and of a
 * ConfigMap 1 MiB; a third of that goes to base64.
 */
const MAX_BYTES = 700 * 1024

/** Without any, Kubeless writes an empty package.json, which Node.js refuses. */
const NO_DEPENDENCIES = '{}'

/**
 * Reads a function's zip.
 *
 * @param handler `module.function`, whose module has to be in it
 * @throws PackageError naming the zip
 */
export async function readPackage(file: string, handler: string): Promise<HandlerPackage> {
  const name = basename(file)
  const zip = await readFile(file).catch((cause: unknown) => {
    throw new PackageError(`the package ${file} cannot be read: npm run build makes it`, { cause })
  })
  if (zip.byteLength > MAX_BYTES) {
    throw new PackageError(
      `${name} has ${toKibibytes(zip.byteLength)} KiB, and a Function holds at most ${toKibibytes(MAX_BYTES)}: it lies in ` +
        "the cluster's etcd. Keep weights and packages in the runtime's image, and bundle what is left into one file",
    )
  }
  const files = unzip(zip, name)
  const [module = ''] = handler.split('.')
  if (files[`${module}.js`] === undefined) {
    const found = Object.keys(files).join(', ')
    throw new PackageError(`${name} has no ${module}.js, which ${handler} is in; it has ${found}`)
  }
  const dependencies = files['package.json']
  return {
    base64: zip.toString('base64'),
    checksum: `sha256:${createHash('sha256').update(zip).digest('hex')}`,
    dependencies:
      dependencies === undefined ? NO_DEPENDENCIES : Buffer.from(dependencies).toString(),
  }
}

function unzip(zip: Buffer, name: string): Readonly<Record<string, Uint8Array>> {
  try {
    const entries = new AdmZip(zip).getEntries()
    return Object.fromEntries(entries.map((entry) => [entry.entryName, entry.getData()]))
  } catch (cause) {
    throw new PackageError(`${name} is no zip`, { cause })
  }
}

const toKibibytes = (bytes: number): number => Math.ceil(bytes / 1024)
