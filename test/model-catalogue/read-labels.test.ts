import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readLabels } from '../../model-catalogue/read-labels'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'

describe('readLabels', () => {
  const folder = useTemporaryFolder()

  async function write(text: string): Promise<string> {
    const file = join(folder(), 'labels.txt')
    await writeFile(file, text)
    return file
  }

  for (const [name, text] of [
    ['lines', 'tench, Tinca tinca\ngoldfish\n'],
    ['lines of Windows, with its mark', '\uFEFFtench, Tinca tinca\r\ngoldfish\r\n'],
    [
      'lines with spaces around them and empty ones at the end',
      ' tench, Tinca tinca \ngoldfish\n\n\n',
    ],
    ['lines without a last end', 'tench, Tinca tinca\ngoldfish'],
  ] as const) {
    it(`reads ${name}`, async () => {
      assert.deepEqual(await readLabels(await write(text)), {
        labels: ['tench, Tinca tinca', 'goldfish'],
        renamed: [],
      })
    })
  }

  it('makes labels differ, and says what it calls them', async () => {
    const { labels, renamed } = await readLabels(
      await write('crane\nmaillot\ncrane\ncrane (2)\ncrane\n'),
    )
    assert.deepEqual(labels, ['crane', 'maillot', 'crane (3)', 'crane (2)', 'crane (4)'])
    assert.deepEqual(renamed, [
      '"crane" (line 3) is called "crane (3)"',
      '"crane" (line 5) is called "crane (4)"',
    ])
  })

  for (const [name, text, message] of [
    ['an empty line', 'one\n\nother\n', /labels\.txt has no label in line 2$/],
    ['nothing', '', /labels\.txt has no label in line 1$/],
    ['one label', 'one\n', /labels\.txt has one label, a model has two or more$/],
  ] as const) {
    it(`refuses ${name}`, async () => {
      const file = await write(text)
      await assert.rejects(readLabels(file), { name: 'CatalogueError', message })
    })
  }

  it('names a file that is not there', async () => {
    await assert.rejects(readLabels(join(folder(), 'nothing')), {
      name: 'CatalogueError',
      message: /^the labels' file .*nothing cannot be read$/,
    })
  })
})
