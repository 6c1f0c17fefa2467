import Module from 'node:module'
import { parentPort, threadId } from 'node:worker_threads'

/** Sent as a photo it ends the thread that gets it, as a decoder's crash would. */
export const DEADLY_PHOTO: Uint8Array = Buffer.from('This ends the thread.')

/** Names the packages, separated by spaces, that threads started from now on shall not find. */
export const HIDDEN_PACKAGES = 'TEST_HIDDEN_PACKAGES'

/** `odd` or `even`: the threads of such a number that are started from now on die at once. */
export const DYING_THREADS = 'TEST_DYING_THREADS'

type Resolve = (request: string, ...others: unknown[]) => unknown

if (parentPort !== null) {
  hidePackages((process.env[HIDDEN_PACKAGES] ?? '').split(' ').filter((name) => name !== ''))
  if (process.env[DYING_THREADS] === (threadId % 2 === 0 ? 'even' : 'odd')) process.exit(1)
  parentPort.on('message', (message: unknown) => {
    if (photosOf(message).some(isDeadly)) process.exit(1)
  })
}

/** Of a message with a batch. */
function photosOf(message: unknown): readonly unknown[] {
  const { classify } = message as { readonly classify?: { readonly photos: readonly unknown[] } }
  return classify?.photos ?? []
}

function isDeadly(photo: unknown): boolean {
  return photo instanceof Uint8Array && DEADLY_PHOTO.every((value, at) => photo[at] === value)
}

/** What Node says of a package that is not installed; in a bundle import() is require(). */
function hidePackages(names: readonly string[]): void {
  const node = Module as unknown as { _resolveFilename: Resolve }
  const resolve = node._resolveFilename.bind(node)
  node._resolveFilename = (request, ...others) => {
    const hidden = names.some((name) => request === name || request.startsWith(`${name}/`))
    if (hidden) throw new Error(`Cannot find module '${request}'`)
    return resolve(request, ...others)
  }
}
