import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { ImportError } from '../../../bench/import/import-error'
import { readLines } from '../../../bench/import/read-lines'
import { writeInto } from '../../helpers/imported-files'
import { useFolders } from '../../helpers/measured'

async function readAll(file: string): Promise<readonly (readonly [number, string])[]> {
  const lines: (readonly [number, string])[] = []
  for await (const { line, text } of readLines(file)) lines.push([line, text])
  return lines
}

const refuse = (file: string, message: RegExp): Promise<void> =>
  assert.rejects(
    () => readAll(file),
    (error) => error instanceof ImportError && message.test(error.message),
  )

describe('lines of a file', () => {
  const newFolder = useFolders()

  it('have their numbers, and empty ones are passed over', async () => {
    const file = await writeInto(await newFolder(), 'rows', 'one\r\n\nthree\n')
    assert.deepEqual(await readAll(file), [
      [1, 'one'],
      [3, 'three'],
    ])
  })

  it('are the same of a compressed file, whatever it is called', async () => {
    const text = Array.from({ length: 50_000 }, (_, number) => `line ${number} ü\n`).join('')
    const folder = await newFolder()
    const [plain, zipped] = [
      await writeInto(folder, 'plain', text),
      await writeInto(folder, 'zipped', gzipSync(text)),
    ]
    const lines = await readAll(zipped)
    assert.equal(lines.length, 50_000)
    assert.deepEqual(lines, await readAll(plain))
  })

  it('of several gzip members are all read', async () => {
    const members = Buffer.concat([gzipSync('one\n'), gzipSync('two\n')])
    const file = await writeInto(await newFolder(), 'rows.gz', members)
    assert.deepEqual(await readAll(file), [
      [1, 'one'],
      [2, 'two'],
    ])
  })

  it('are refused where the file is cut short, damaged, empty or not there', async () => {
    const folder = await newFolder()
    const write = (name: string, content: string | Buffer) => writeInto(folder, name, content)
    const zipped = gzipSync(Array.from({ length: 1000 }, (_, number) => `${number}\n`).join(''))
    await refuse(await write('cut', 'one\ntwo'), /cut, line 2: the line has no end: .* cut short/)
    await refuse(
      await write('cut.gz', zipped.subarray(0, -9)),
      /cut.gz, line \d+: its gzip was cut/,
    )
    zipped.fill(0xff, 40, 60)
    await refuse(await write('bad.gz', zipped), /bad.gz, line \d+: its gzip is damaged \(Z_/)
    await refuse(await write('empty', ''), /empty is empty$/)
    await refuse(await write('blank', '\n\n'), /blank is empty$/)
    await refuse(await write('empty.gz', gzipSync('')), /empty.gz is empty$/)
    await refuse(`${folder}/none`, /none is not there$/)
    await refuse(folder, /is a folder, not a file$/)
  })
})
