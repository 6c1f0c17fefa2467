import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createAnswerReader } from '../../../bench/load/answer-reader'
import type { Reply } from '../../../bench/load/ask-one'

const CRLF = '\r\n'
const toText = (status: string, headers: readonly string[], body: string): string =>
  [`HTTP/1.1 ${status}`, ...headers, '', body].join(CRLF)

/** What comes of an answer that arrives in pieces, cut at these places; the connection ends after it. */
function read(text: string, cuts: readonly number[] = []): Reply {
  const bytes = Buffer.from(text)
  const reader = createAnswerReader()
  const places = [...cuts, bytes.length].sort((one, other) => one - other)
  // As from a buffer that is used again.
  const shared = Buffer.alloc(bytes.length)
  let at = 0
  for (const place of places) {
    const length = bytes.copy(shared, 0, at, place)
    at = Math.max(at, place)
    const reply = reader.push(shared.subarray(0, length))
    if (reply !== undefined) return reply
  }
  return reader.end()
}

const BODY = '{"label":"Käse"}'
const LENGTH = `Content-Length: ${Buffer.byteLength(BODY)}`
const CHUNKED = 'Transfer-Encoding: chunked'
const REPLY: Reply = { status: 200, body: BODY, serverTiming: 'total;dur=5' }
const TIMING = 'Server-Timing: total;dur=5'
const chunk = (text: string): string =>
  `${Buffer.byteLength(text).toString(16)}${CRLF}${text}${CRLF}`

const ANSWERS: Readonly<Record<string, string>> = {
  'with its length': toText('200 OK', [TIMING, LENGTH], BODY),
  'in chunks': toText(
    '200 OK',
    [CHUNKED, TIMING],
    `${chunk(BODY.slice(0, 3))}${chunk(BODY.slice(3))}0${CRLF}${CRLF}`,
  ),
  'until the connection ends': toText('200', [TIMING.toLowerCase()], BODY),
  'after another that is on its way': `${toText('103 Early Hints', ['link: x'], '')}${toText('200 OK', [TIMING, LENGTH], BODY)}`,
}

describe('the answer of a connection', () => {
  for (const [how, text] of Object.entries(ANSWERS)) {
    it(`is read ${how}, wherever it is cut`, () => {
      assert.deepEqual(read(text), REPLY)
      const cuts = fc.array(fc.nat(Buffer.byteLength(text)), { maxLength: 6 })
      fc.assert(
        fc.property(cuts, (places) => {
          assert.deepEqual(read(text, places), REPLY)
        }),
      )
    })
  }

  it('has the times of all Server-Timing headers, or none', () => {
    const text = toText('200 OK', [TIMING, 'server-timing: queue;dur=1', LENGTH], BODY)
    assert.equal(read(text).serverTiming, 'total;dur=5, queue;dur=1')
    assert.equal(read(toText('503 No', [LENGTH], BODY)).serverTiming, undefined)
  })

  it('may have no body', () => {
    assert.deepEqual(read(toText('204 No Content', [], '')), {
      ...{ status: 204, body: '', serverTiming: undefined },
    })
  })

  for (const [what, text, words] of [
    ['cut short in its headers', 'HTTP/1.1 200 OK\r\nserver:', /^the connection was closed$/],
    ['cut short in its body', toText('200 OK', [LENGTH], BODY.slice(1)), /connection was closed/],
    ['cut short in a chunk', toText('200 OK', [CHUNKED], 'ff\r\nx'), /connection was closed/],
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n', /^no HTTP answer: SSH-2.0-OpenSSH$/],
    ['without an end of its headers', 'x'.repeat(70_000), /no end of its headers/],
    [
      'too long by its own word',
      toText('200 OK', ['content-length: 1000001'], ''),
      /1000000 bytes/,
    ],
    ['too long without a word', toText('200 OK', [], 'x'.repeat(1_000_001)), /1000000 bytes/],
    ['in chunks without a size', toText('200 OK', [CHUNKED], 'zz\r\n'), /chunk without a size/],
  ] as const) {
    it(`is refused: ${what}`, () => {
      assert.throws(() => read(text), { message: words })
    })
  }
})
