import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import AdmZip from 'adm-zip'
import { bundle } from '../../../functions/bundle'
import {
  PackageError,
  readPackage,
} from '../../../functions/kubeless/serverless-plugin/handler-package'
import { useTemporaryFolder } from '../../helpers/use-temporary-folder'

function toZip(files: Readonly<Record<string, string | Buffer>>): Buffer {
  const zip = new AdmZip()
  for (const [name, content] of Object.entries(files)) zip.addFile(name, Buffer.from(content))
  return zip.toBuffer()
}

describe('readPackage', () => {
  const folder = useTemporaryFolder()

  async function write(content: Uint8Array): Promise<string> {
    const file = join(folder(), 'handler.zip')
    await writeFile(file, content)
    return file
  }

  const refuses = async (file: string, message: RegExp): Promise<void> =>
    assert.rejects(
      readPackage(file, 'handler.classify'),
      (error: unknown) => error instanceof PackageError && message.test(error.message),
    )

  it('gives the zip as a Function carries it, with its sum and what it depends on', async () => {
    const zip = toZip({ 'handler.js': '1', 'package.json': '{"a":1}' })
    const { base64, checksum, dependencies } = await readPackage(
      await write(zip),
      'handler.classify',
    )
    assert.deepEqual(Buffer.from(base64, 'base64'), zip)
    assert.equal(checksum, `sha256:${createHash('sha256').update(zip).digest('hex')}`)
    assert.equal(dependencies, '{"a":1}')
  })

  it('depends on nothing where there is no package.json, but never on an empty text', async () => {
    const zip = await write(toZip({ 'handler.js': '1' }))
    assert.equal((await readPackage(zip, 'handler.classify')).dependencies, '{}')
  })

  it('says what to do with a zip that etcd would not take', async () => {
    const zip = toZip({ 'handler.js': randomBytes(800_000) })
    await refuses(await write(zip), /^handler\.zip has 782 KiB, .* at most 700: .* runtime's image/)
  })

  it("refuses a zip without the handler's module, naming what is in it", async () => {
    const zip = await write(toZip({ 'index.js': '1' }))
    await refuses(
      zip,
      /^handler\.zip has no handler\.js, which handler\.classify is in; it has index\.js$/,
    )
  })

  it('refuses what is no zip, and what is not there', async () => {
    await refuses(await write(Buffer.from('words')), /^handler\.zip is no zip$/)
    await refuses(join(folder(), 'none.zip'), /none\.zip cannot be read: npm run build makes it$/)
  })
})

describe('the zip of the Kubeless function', () => {
  const folder = useTemporaryFolder()
  let file: string
  before(async () => {
    await bundle(folder())
    file = join(folder(), 'functions', 'kubeless', 'handler.zip')
  })

  it('is one that can be deployed, and small enough for serverless-kubeless 0.4.4', async () => {
    const { base64 } = await readPackage(file, 'handler.classify')
    const zip = Buffer.from(base64, 'base64')
    assert.deepEqual(
      new AdmZip(zip).getEntries().map(({ entryName }) => entryName),
      ['handler.js', 'package.json'],
    )
    assert.ok(zip.byteLength <= 64 * 1024, `${zip.byteLength} bytes`)
  })

  it('is the same of the same sources', async () => {
    const { checksum } = await readPackage(file, 'handler.classify')
    await bundle(folder())
    assert.equal((await readPackage(file, 'handler.classify')).checksum, checksum)
  })
})
