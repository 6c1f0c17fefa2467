import assert from 'node:assert/strict'
import { parseYelpRows } from '../../../model-training/data/yelp-rows'

const toLine = (fields: Record<string, unknown>): string =>
  JSON.stringify({ photo_id: 'p1', business_id: 'b1', caption: 'Nice', label: 'food', ...fields })

const parse = (json: string) => parseYelpRows(json, 'photos.json', (id) => `photos/${id}.jpg`)

describe('parseYelpRows', () => {
  it('reads a line each, with either line end, with or without byte order mark and last line end', () => {
    const expected = [
      { photoId: 'p1', businessId: 'b1', label: 'food' },
      { photoId: '-_2', businessId: 'b2', label: 'menu' },
    ]
    const lines = [toLine({}), toLine({ photo_id: '-_2', business_id: 'b2', label: 'menu' })]
    for (const json of [
      lines.join('\n'),
      `${lines.join('\n')}\n`,
      `\uFEFF${lines.join('\r\n')}\r\n`,
    ]) {
      assert.deepEqual(parse(json), { rows: expected, excluded: [], blankLines: 0 })
    }
  })

  it('counts empty lines', () => {
    const { rows, blankLines } = parse(`\n${toLine({})}\n  \r\n${toLine({})}\n\n`)
    assert.equal(rows.length, 2)
    assert.equal(blankLines, 3)
  })

  it('names the line of what is no JSON object, and goes on behind it', () => {
    const { rows, excluded } = parse(`${toLine({})}\n{"photo_id":\n[1]\nnull\n${toLine({})}\n`)
    assert.equal(rows.length, 2)
    assert.deepEqual(
      excluded.map(({ file, reason }) => [file, reason]),
      [2, 3, 4].map((line) => [`photos.json:${line}`, 'broken line']),
    )
    assert.equal(excluded[1]?.detail, 'not a JSON object')
  })

  it('names what a line lacks', () => {
    const { rows, excluded } = parse(
      [
        toLine({ photo_id: undefined }),
        toLine({ photo_id: 7 }),
        toLine({ photo_id: '../../secret' }),
        toLine({ business_id: '' }),
        toLine({ label: 'pets' }),
        toLine({ label: undefined }),
        toLine({ label: ['food'] }),
      ].join('\n'),
    )
    assert.deepEqual(rows, [])
    assert.deepEqual(excluded, [
      { file: 'photos.json:1', reason: 'line without photo_id' },
      { file: 'photos.json:2', reason: 'line without photo_id' },
      { file: 'photos.json:3', reason: 'line without photo_id' },
      {
        file: 'photos/p1.jpg',
        reason: 'line without business_id',
        detail: 'photos.json:4',
      },
      { file: 'photos/p1.jpg', reason: 'unknown label "pets"', detail: 'photos.json:5' },
      { file: 'photos/p1.jpg', reason: 'unknown label ""', detail: 'photos.json:6' },
      { file: 'photos/p1.jpg', reason: 'unknown label ["food"]', detail: 'photos.json:7' },
    ])
  })
})
