import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatasetError } from '../../../model-training/data/dataset-error'
import { parseManifest, readManifest } from '../../../model-training/data/manifest'
import { withFolder } from '../temporary-folder'

const refuses = (csv: string, message: RegExp): void => {
  assert.throws(
    () => parseManifest(csv, ['file']),
    (error: Error) => error instanceof DatasetError && message.test(error.message),
  )
}

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

  it('accepts empty cells beyond the columns, as spreadsheets write them', () => {
    assert.deepEqual(parseManifest('file\na.jpg,,\n', []), [{ file: 'a.jpg' }])
  })

  it('loses no row behind a line that is no CSV, but names the line', () => {
    refuses('file,label\n"x\ny",food\n5" cup.jpg,drink\nb.jpg,food\n', /line 4.*quote/)
    refuses('file,label\na.jpg,food\n"b.jpg,food\nc.jpg,food\n', /line 3/)
    refuses('file,label\ra.jpg,food\r', /line 1/)
  })

  it('names a line with more cells than columns', () => {
    refuses('file,label\na.jpg,food\nb.jpg,food,very good\n', /line 3, has 3 cells for 2 columns/)
  })

  it('names a needed column that is missing, also of an empty file', () => {
    refuses('label\nfood\n', /no column "file"/)
    refuses('', /no column "file"/)
  })
})

describe('readManifest', () => {
  it('tells a folder without a manifest from one whose manifest cannot be read', async () => {
    await withFolder({}, async (folder) => {
      assert.equal(await readManifest(folder, ['file']), undefined)
      await mkdir(join(folder, 'manifest.csv'))
      await assert.rejects(
        readManifest(folder, ['file']),
        /manifest\.csv cannot be read \(EISDIR\)/,
      )
    })
  })
})
