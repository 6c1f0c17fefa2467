import assert from 'node:assert/strict'
import { parseManifest } from '../../model-training/manifest'

describe('parseManifest', () => {
  it('reads quotes, commas and line breaks inside quotes, and CRLF', () => {
    const csv = '\uFEFFfile,licence\r\na.jpg,"CC BY, ""4.0"""\r\n"b,\nc.jpg",\r\n'
    assert.deepEqual(parseManifest(csv, ['file']), [
      { file: 'a.jpg', licence: 'CC BY, "4.0"' },
      { file: 'b,\nc.jpg', licence: '' },
    ])
  })

  it('reads a last line without line break', () => {
    assert.deepEqual(parseManifest('file\na.jpg', []), [{ file: 'a.jpg' }])
  })

  it('fills missing cells and skips empty lines', () => {
    assert.deepEqual(parseManifest('file,label\na.jpg\n\n', []), [{ file: 'a.jpg', label: '' }])
  })
})
