import assert from 'node:assert/strict'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createLastLines, withoutPaths } from '../../../bench/targets/lines'

const ROOT = '/srv/alice/photo-twin'
const TEXTS: readonly (readonly [text: string, shown: string])[] = [
  [`Cannot find module '${ROOT}/dist/main.js'`, "Cannot find module 'dist/main.js'"],
  ['at run (/opt/bob/app/server.js:12:5)', 'at run (…/server.js:12:5)'],
  ['at file:///opt/bob/app/server.mjs:1', 'at …/server.mjs:1'],
  [`ENOENT: open ${['', 'home', 'carol'].join('/')}`, 'ENOENT: open ~'],
  ['ENOENT: open /Users/carol/model.json', 'ENOENT: open …/model.json'],
  [`open ${join(homedir(), 'photos', 'a.jpg')}`, 'open …/a.jpg'],
  ['open C:\\Users\\dave\\photos\\a.jpg', 'open …/a.jpg'],
  ['listening at http://127.0.0.1:8080/classify', 'listening at http://127.0.0.1:8080/classify'],
  ['port 80 of 127.0.0.1 is taken', 'port 80 of 127.0.0.1 is taken'],
  ['either/or, image/jpeg', 'either/or, image/jpeg'],
]

describe('the text of a program', () => {
  for (const [text, shown] of TEXTS) {
    it(`is shown as: ${shown}`, () => {
      assert.equal(withoutPaths(text, ROOT), shown)
    })
  }

  it('is the last 20 lines that are not blank', () => {
    const lines = createLastLines((text) => text)
    for (let line = 1; line <= 30; line++) lines.add(`${line}\r`)
    lines.add('  ')
    const expected = Array.from({ length: 20 }, (_, at) => String(at + 11)).join(' | ')
    assert.equal(lines.toText(), expected)
  })

  it('is never longer than 2000 characters', () => {
    const lines = createLastLines((text) => text)
    lines.add('x'.repeat(5000))
    assert.equal(lines.toText().length, 2000)
  })
})
