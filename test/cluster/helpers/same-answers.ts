import assert from 'node:assert/strict'
import { badPhotos } from '../../fixtures/bad-photos'
import { goodPhotos } from '../../fixtures/good-photos'
import { startServer } from '../../helpers/server-process'
import { ask, postPhoto, toComparable } from '../../helpers/wire'
import type { Answer } from '../../helpers/wire'

const TOO_LARGE = 10_000_001

type Asking = (baseUrl: string) => Promise<Answer>

/** Every request whose answer the twins' specification tells, by name. */
async function toRequests(): Promise<ReadonlyMap<string, Asking>> {
  const photos = [...(await goodPhotos()), ...(await badPhotos())]
  const large = { name: 'a photo too large', bytes: new Uint8Array(TOO_LARGE).fill(0xff) }
  const post = ({
    name,
    bytes,
    contentType = 'image/jpeg',
  }: (typeof photos)[number] | LargePhoto) =>
    [name, (baseUrl: string) => postPhoto(baseUrl, bytes, contentType)] as const
  return new Map<string, Asking>([
    ...photos.map(post),
    post(large),
    ['another method', (baseUrl) => ask(`${baseUrl}/classify`)],
    ['an unknown model', (baseUrl) => ask(`${baseUrl}/classify?model=no`, { method: 'POST' })],
  ])
}

interface LargePhoto {
  readonly name: string
  readonly bytes: Uint8Array
  readonly contentType?: string
}

/** Sees that every photo, good or bad, is answered as by the container twin as a process on this machine. */
export async function assertAnswersAsHere(baseUrl: string): Promise<void> {
  const here = await startServer({ file: 'dist/container/main.js', env: { WORKERS: '2' } })
  try {
    const statuses = new Set<number>()
    for (const [name, asking] of await toRequests()) {
      const [actual, expected] = [await asking(baseUrl), await asking(here.baseUrl)]
      statuses.add(actual.status)
      assert.deepEqual(toComparable(actual), toComparable(expected), name)
    }
    assert.deepEqual(
      [...statuses].sort((a, b) => a - b),
      [200, 400, 404, 405, 413, 415, 422],
    )
  } finally {
    await here.stop()
  }
}
