import assert from 'node:assert/strict'
import { badPhotos } from '../../fixtures/bad-photos'
import { badRequests } from '../../fixtures/bad-requests'
import { goodPhotos } from '../../fixtures/good-photos'
import { startServer } from '../../helpers/server-process'
import { ask, postPhoto, toComparable } from '../../helpers/wire'
import type { Answer, ProblemBody } from '../../helpers/wire'
import { until } from './until'

const TOO_LARGE = 10_000_001
/** More than may be worked on and wait, by default: 16 for each of two workers. */
const MANY = 200

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
  const [first] = photos
  return new Map<string, Asking>([
    ...photos.map(post),
    post(large),
    ...badRequests().map(
      ({ title, init }) =>
        [title, async (baseUrl: string) => ask(`${baseUrl}/classify`, await init())] as const,
    ),
    ...['model=no', 'top=0', 'top=1&top=2', 'model=photo-net&model=photo-net'].map(
      (query) =>
        [
          query,
          (baseUrl: string) =>
            ask(`${baseUrl}/classify?${query}`, {
              ...{ method: 'POST', body: first!.bytes },
              headers: { 'content-type': 'image/jpeg' },
            }),
        ] as const,
    ),
    ['a photo in a form', (baseUrl) => postForm(baseUrl, first!.bytes)],
  ])
}

interface LargePhoto {
  readonly name: string
  readonly bytes: Uint8Array
  readonly contentType?: string
}

function postForm(baseUrl: string, photo: Uint8Array): Promise<Answer> {
  const body = new FormData()
  body.append('comment', 'a text beside it')
  body.append('photo', new Blob([photo], { type: 'image/jpeg' }), 'photo.jpg')
  return ask(`${baseUrl}/classify`, { method: 'POST', body })
}

/**
 * Sees that every request, good or bad, is answered as by the container twin as a process on this machine, and that more
 * photos at once than it bears are refused.
 */
export async function assertAnswersAsHere(baseUrl: string): Promise<void> {
  const here = await startServer({ file: 'dist/container/main.js', env: { WORKERS: '2' } })
  try {
    const statuses = new Set<number>()
    const codes = new Set<string>()
    for (const [name, asking] of await toRequests()) {
      const [actual, expected] = [await asking(baseUrl), await asking(here.baseUrl)]
      assert.deepEqual(toComparable(actual), toComparable(expected), name)
      statuses.add(actual.status)
      if (actual.status !== 200) codes.add((actual.body as ProblemBody).code)
    }
    assert.deepEqual(
      [...statuses].sort((a, b) => a - b),
      [200, 400, 404, 405, 413, 415, 422],
    )
    for (const code of ['EMPTY_PHOTO', 'INVALID_FORM', 'INVALID_QUERY', 'UNKNOWN_MODEL']) {
      assert.ok(codes.has(code), `${code} is not among ${[...codes].join()}`)
    }
  } finally {
    await here.stop()
  }
  await assertShedsLoad(baseUrl)
}

/** Whatever comes at once is answered right, or refused with the advice to come again. */
async function assertShedsLoad(baseUrl: string): Promise<void> {
  const { bytes } = (await goodPhotos())[0]!
  const expected = toComparable(await postPhoto(baseUrl, bytes))
  const refused = await until('a full queue', async () => {
    const answers = await Promise.all(Array.from({ length: MANY }, () => postPhoto(baseUrl, bytes)))
    const right = answers.filter(({ status }) => status === 200)
    for (const answer of right) assertSameLabel(answer, expected)
    assert.ok(right.length > 0)
    const others = answers.filter(({ status }) => status !== 200)
    return others.length > 0 ? others : undefined
  })
  for (const { status, body, headers } of refused) {
    assert.deepEqual([status, (body as ProblemBody).code], [503, 'OVERLOADED'])
    assert.match(headers.get('retry-after') ?? '', /^\d+$/)
  }
}

/** Probabilities may differ in their last digits by the batch that a photo is in. */
function assertSameLabel({ body }: Answer, expected: Readonly<Record<string, unknown>>): void {
  const { label } = expected['body'] as { readonly label: string }
  assert.equal((body as { readonly label: string }).label, label)
}
