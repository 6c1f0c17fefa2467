import assert from 'node:assert/strict'
import { PhotoError } from '../../inference'
import { readForm } from '../../inference/form'
import { createRandom, randomBytes } from '../helpers/random'

const MAX_BYTES = 1000
const TYPE = 'multipart/form-data; boundary=b0undary'
/** Every byte there is, line breaks and hyphens among them. */
const PHOTO = Uint8Array.from({ length: 256 }, (_, at) => at)

interface Part {
  readonly headers: readonly string[]
  readonly body: Uint8Array
}

function toForm(parts: readonly Part[], boundary = 'b0undary'): Buffer {
  return Buffer.concat([
    ...parts.flatMap(({ headers, body }) => [
      Buffer.from([`--${boundary}`, ...headers, '', ''].join('\r\n'), 'latin1'),
      body,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ])
}

const field = (name: string, body: Uint8Array, ...headers: readonly string[]): Part => ({
  headers: [`Content-Disposition: form-data; name="${name}"`, ...headers],
  body,
})

const file = (name: string, body: Uint8Array, type = 'image/jpeg'): Part => ({
  headers: [
    `Content-Disposition: form-data; name="${name}"; filename="holiday.jpg"`,
    `Content-Type: ${type}`,
  ],
  body,
})

const words = Buffer.from('some words')

describe('readForm', () => {
  for (const [name, parts] of [
    ['with a file name', [file('photo', PHOTO)]],
    ['without a file name', [field('photo', PHOTO)]],
    ['without a file name, with a type', [field('photo', PHOTO, 'Content-Type: image/png')]],
    ['with a type of text', [file('photo', PHOTO, 'text/plain')]],
    ['with a type that makes no sense', [file('photo', PHOTO, ';;;')]],
    ['with headers in other cases', [upperCased(file('photo', PHOTO))]],
    ['with an empty file name', [unnamedFile(PHOTO)]],
    ['before another field', [field('photo', PHOTO), field('note', words)]],
    ['behind another field', [field('note', words), field('photo', PHOTO)]],
    ['behind another file', [file('attachment', words), file('photo', PHOTO)]],
    ['behind a field of another case', [file('Photo', words), file('photo', PHOTO)]],
    [
      'as the tenth part',
      [...Array.from({ length: 9 }, () => field('note', words)), file('photo', PHOTO)],
    ],
  ] as const) {
    it(`reads a photo ${name}`, async () => {
      assert.deepEqual(Buffer.from(await read(toForm(parts))), Buffer.from(PHOTO))
    })
  }

  for (const [name, type, form] of [
    ['in quotes', 'multipart/form-data; boundary="b0undary"', toForm([file('photo', PHOTO)])],
    [
      'behind a charset',
      'multipart/form-data; charset=utf-8; boundary=b0undary',
      toForm([file('photo', PHOTO)]),
    ],
    [
      'with hyphens',
      'multipart/form-data; boundary=----Web-Kit',
      toForm([file('photo', PHOTO)], '----Web-Kit'),
    ],
    [
      'of a type in capitals',
      'Multipart/Form-Data; Boundary=b0undary',
      toForm([file('photo', PHOTO)]),
    ],
    [
      'behind a preamble',
      TYPE,
      Buffer.concat([Buffer.from('Hello\r\n'), toForm([file('photo', PHOTO)])]),
    ],
    [
      'before an epilogue',
      TYPE,
      Buffer.concat([toForm([file('photo', PHOTO)]), Buffer.from('Bye')]),
    ],
  ] as const) {
    it(`reads a form whose boundary is ${name}`, async () => {
      assert.deepEqual(Buffer.from(await read(form, type)), Buffer.from(PHOTO))
    })
  }

  it('reads what a browser sends', async () => {
    const data = new FormData()
    data.append('photo', new Blob([PHOTO], { type: 'image/webp' }), 'Zoë’s “photo”.webp')
    const request = new Request('http://localhost', { method: 'POST', body: data })
    const type = request.headers.get('content-type') ?? ''
    const body = new Uint8Array(await request.arrayBuffer())
    assert.deepEqual(Buffer.from(await read(body, type)), Buffer.from(PHOTO))
  })

  it('gives a photo of no bytes as it is', async () => {
    assert.equal((await read(toForm([file('photo', new Uint8Array(0))]))).length, 0)
  })

  it('takes a photo of exactly the limit, and not a byte more', async () => {
    const photo = randomBytes(createRandom(1), MAX_BYTES + 1)
    const largest = photo.subarray(0, MAX_BYTES)
    assert.deepEqual(
      Buffer.from(await read(toForm([file('photo', largest)]))),
      Buffer.from(largest),
    )
    for (const part of [file('photo', photo), field('photo', photo)]) {
      await assertRefused(toForm([part]), 'PHOTO_TOO_LARGE', /more than the 1000 bytes/)
    }
  })

  for (const [name, form, code, message] of [
    ['no parts', toForm([]), 'EMPTY_PHOTO', /no field "photo"/],
    ['no field "photo"', toForm([file('picture', PHOTO)]), 'EMPTY_PHOTO', /no field "photo"/],
    [
      'two photos',
      toForm([file('photo', PHOTO), file('photo', PHOTO)]),
      'INVALID_FORM',
      /one photo a request/,
    ],
    [
      'eleven parts',
      toForm([...Array.from({ length: 10 }, () => field('note', words)), file('photo', PHOTO)]),
      'INVALID_FORM',
      /too many parts/,
    ],
    ['no end', toForm([file('photo', PHOTO)]).subarray(0, -20), 'INVALID_FORM', /cannot be read/],
    [
      'another boundary than announced',
      toForm([file('photo', PHOTO)], 'other'),
      'INVALID_FORM',
      /cannot be read/,
    ],
    ['no form at all', Buffer.from('just words'), 'INVALID_FORM', /cannot be read/],
  ] as const) {
    it(`refuses a form with ${name}`, () => assertRefused(form, code, message))
  }

  for (const type of [
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; charset=utf-8',
    'multipart/form-data; boundary',
  ]) {
    it(`refuses a form without a boundary: ${type}`, () =>
      assertRefused(toForm([file('photo', PHOTO)]), 'INVALID_FORM', /cannot be read/, type))
  }

  it('answers a form cut off anywhere, and never with part of a photo', async () => {
    const form = toForm([field('note', words), file('photo', PHOTO)])
    for (let length = 0; length < form.length - '--\r\n'.length; length += 1) {
      const [outcome] = await Promise.allSettled([read(form.subarray(0, length))])
      assert.ok(outcome.status === 'rejected', `${String(length)} bytes are a form`)
      assert.ok(outcome.reason instanceof PhotoError, String(outcome.reason))
      assert.ok(['INVALID_FORM', 'EMPTY_PHOTO'].includes(outcome.reason.code))
    }
  })

  it('answers forms of noise', async () => {
    const random = createRandom(2)
    const sound = toForm([field('note', words), file('photo', PHOTO)])
    for (let round = 0; round < 500; round += 1) {
      const form = Buffer.from(sound)
      for (let change = 0; change < 4; change += 1) {
        form[Math.floor(random() * form.length)] = Math.floor(random() * 256)
      }
      const [outcome] = await Promise.allSettled([read(form)])
      if (outcome.status === 'rejected') assert.ok(outcome.reason instanceof PhotoError)
    }
  })
})

const read = (body: Uint8Array, type = TYPE): Promise<Uint8Array> => readForm(body, type, MAX_BYTES)

async function assertRefused(
  form: Uint8Array,
  code: string,
  message: RegExp,
  type = TYPE,
): Promise<void> {
  await assert.rejects(read(form, type), { name: 'PhotoError', code, message })
}

function upperCased({ headers, body }: Part): Part {
  return {
    headers: headers.map((header) =>
      header.replace(/^[^;]*|name=/g, (words) => words.toUpperCase()),
    ),
    body,
  }
}

function unnamedFile(body: Uint8Array): Part {
  return { headers: ['Content-Disposition: form-data; name="photo"; filename=""'], body }
}
