import assert from 'node:assert/strict'
import { isZeroWorkAnswer, toZeroWork } from '../../../bench/load/zero-work'
import { toZeroWorkObservations } from '../../../bench/load/observations'

const REFUSAL = { status: 415, body: '{"status":415,"code":"UNSUPPORTED_PHOTO"}' }

describe('a request without work', () => {
  it('has the bytes of a photo and is told to be none', () => {
    const bytes = Buffer.from('a photo')
    const { contentType, ...rest } = toZeroWork({ bytes, contentType: 'image/jpeg' })
    assert.deepEqual(rest, { bytes })
    assert.doesNotMatch(contentType, /^image|octet-stream|multipart/)
  })

  it('is refused by the function itself, not by a server before it', () => {
    assert.equal(isZeroWorkAnswer(REFUSAL), true)
    for (const answer of [
      { ...REFUSAL, status: 200 },
      { ...REFUSAL, body: '{"code":"PHOTO_TOO_LARGE"}' },
      { ...REFUSAL, body: '<h1>415 Unsupported Media Type</h1>' },
      { ...REFUSAL, body: 'null' },
      { ...REFUSAL, body: '' },
    ]) {
      assert.equal(isZeroWorkAnswer(answer), false, JSON.stringify(answer))
    }
  })

  it('counts as answered right when it was refused, and as nothing else', () => {
    const common = { photo: 0, responseTime: 1, serverTiming: undefined }
    const { observations, messages } = toZeroWorkObservations({
      answers: [
        { ...common, ...REFUSAL, sentAt: 1 },
        { ...common, status: 200, body: '{"label":"food"}', sentAt: 2 },
      ],
      failures: [{ photo: 0, sentAt: 3, outcome: 'unanswered', message: 'ECONNRESET' }],
      duration: 4,
    })
    assert.deepEqual(
      observations.map(({ outcome }) => outcome),
      ['right', 'status', 'unanswered'],
    )
    assert.deepEqual(messages, ['200 to no photo: {"label":"food"}', 'ECONNRESET'])
  })
})
