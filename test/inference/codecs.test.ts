import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CODECS_FOLDER } from '../../inference/decoder'
import { skipUnless } from '../helpers/optional'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'

const toSha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe('the codec of JPEG', () => {
  const folder = useTemporaryFolder()

  it('is the one that its page tells of', async () => {
    const page = await readFile(join(CODECS_FOLDER, 'README.md'), 'utf8')
    const [told] = /^ {4}[0-9a-f]{64}$/m.exec(page) ?? []
    assert.equal(toSha256(await readFile(join(CODECS_FOLDER, 'jpeg.wasm'))), told?.trim())
  })

  it('is what its sources make', async function () {
    this.timeout(120_000)
    const sources = process.env['LIBJPEG_TURBO']
    skipUnless(
      this,
      sources === undefined ? 'LIBJPEG_TURBO names no libjpeg-turbo.tar.gz' : undefined,
    )
    const out = join(folder(), 'jpeg.wasm')
    await promisify(execFile)(join(CODECS_FOLDER, 'jpeg', 'build'), ['--out', out, sources!])
    assert.deepEqual(await readFile(out), await readFile(join(CODECS_FOLDER, 'jpeg.wasm')))
  })
})
