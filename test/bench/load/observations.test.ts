import assert from 'node:assert/strict'
import type { Answer, Failure } from '../../../bench/load/load'
import { toExcerpt, toObservations } from '../../../bench/load/observations'

const REFERENCE = { label: 'food', probabilities: { food: 0.75, drink: 0.25 } }
const RIGHT = JSON.stringify(REFERENCE)

const toAnswer = (changes: Partial<Answer>): Answer => ({
  photo: 0,
  sentAt: 0,
  responseTime: 5,
  status: 200,
  body: RIGHT,
  serverTiming: undefined,
  ...changes,
})

const observe = (answers: readonly Answer[], failures: readonly Failure[] = []) =>
  toObservations({ answers, failures, duration: 1 }, [REFERENCE])

describe('what came of a load', () => {
  it('is one row a request, in the order in which they were sent', () => {
    const failure = { photo: 0, sentAt: 2, outcome: 'timed-out', message: 'late' } as const
    const { observations } = observe([toAnswer({ sentAt: 3 }), toAnswer({ sentAt: 1 })], [failure])
    assert.deepEqual(
      observations.map(({ sentAt, outcome }) => [sentAt, outcome]),
      [
        [1, 'right'],
        [2, 'timed-out'],
        [3, 'right'],
      ],
    )
  })

  it('keeps the time and status of answers that are wrong, and none of what is not there', () => {
    const failure = { photo: 0, sentAt: 2, outcome: 'unanswered', message: 'lost' } as const
    const { observations } = observe([toAnswer({ status: 503, body: 'no' })], [failure])
    const [refused, lost] = observations
    assert.deepEqual(
      [refused?.outcome, refused?.status, refused?.responseTime],
      ['refused', 503, 5],
    )
    assert.deepEqual([lost?.outcome, lost?.status, lost?.responseTime], ['unanswered', null, null])
  })

  it('is wrong where there is nothing to hold it to', () => {
    const { observations, messages } = observe([toAnswer({ photo: 7 })])
    assert.equal(observations[0]?.outcome, 'wrong')
    assert.deepEqual(messages, ['food (0.7500), but nothing without load'])
  })

  it('is told in the first three different messages', () => {
    const answers = [500, 500, 501, 502, 503].map((status, sentAt) =>
      toAnswer({ status, sentAt, body: 'failed' }),
    )
    const { messages } = observe(answers)
    assert.deepEqual(messages, ['500: failed', '501: failed', '502: failed'])
  })

  it('is told on one line, however long the answer is', () => {
    assert.equal(toExcerpt(' <html>\r\n\t<body> '), '<html> <body>')
    const excerpt = toExcerpt('x'.repeat(1_000_000))
    assert.equal(excerpt, `${'x'.repeat(160)}…`)
  })
})
