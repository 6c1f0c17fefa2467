import assert from 'node:assert/strict'
import { readQuery, type Query } from '../../inference/query'

describe('readQuery', () => {
  for (const [query, expected] of [
    [undefined, { model: undefined, top: undefined }],
    [{}, { model: undefined, top: undefined }],
    [
      { token: ['a', 'b'], modelx: '1' },
      { model: undefined, top: undefined },
    ],
    [{ model: 'photo-net' }, { model: 'photo-net', top: undefined }],
    [{ model: '' }, { model: '', top: undefined }],
    [{ top: '1' }, { model: undefined, top: 1 }],
    [
      { top: '999999', model: 'x' },
      { model: 'x', top: 999_999 },
    ],
  ] as readonly [Query | undefined, object][]) {
    it(`reads ${JSON.stringify(query)}`, () => {
      assert.deepEqual(readQuery(query), expected)
    })
  }

  for (const top of ['0', '-1', '1.5', '01', '', ' 1', '1e3', 'all', '1000000', '٣']) {
    it(`refuses top=${JSON.stringify(top)} and says what it accepts`, () => {
      assert.throws(() => readQuery({ top }), {
        name: 'PhotoError',
        code: 'INVALID_QUERY',
        message: 'top must be a whole number from 1 to 999999',
      })
    })
  }

  for (const query of [
    { model: ['a', 'b'] },
    { model: { a: 'b' } },
    { top: ['1', '1'] },
    { top: 1 },
  ] as readonly Query[]) {
    it(`refuses ${JSON.stringify(query)}, which is not one text`, () => {
      const [name] = Object.keys(query)
      assert.throws(() => readQuery(query), {
        code: 'INVALID_QUERY',
        message: `${name} must be given at most once, as one text`,
      })
    })
  }
})
