import assert from 'node:assert/strict'
import { format } from 'prettier'
import { toPrettyJson } from '../../model-training/json'

describe('toPrettyJson', () => {
  const value = {
    labels: ['food', 'drink'],
    confusion: [
      [1, 2],
      [3, 4],
    ],
    single: [[1, 2]],
    inbound: [[['layer', 0, 0, {}]]],
    twice: [
      [
        ['a', 0, {}],
        ['b', 0, {}],
      ],
    ],
    objects: [{ a: 1 }, { b: [] }],
    long: Array.from({ length: 30 }, (_, i) => `item ${i}`),
    nothing: null,
    small: 1e-7,
    empty: {},
    gone: undefined,
  }

  it('keeps the values', () => {
    assert.deepEqual(JSON.parse(toPrettyJson(value)), JSON.parse(JSON.stringify(value)))
  })

  it('is what prettier would make of it', async () => {
    const json = toPrettyJson(value)
    assert.equal(await format(json, { parser: 'json', printWidth: 100 }), json)
  })
})
