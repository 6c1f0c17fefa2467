import assert from 'node:assert/strict'
import { join } from 'node:path'
import { readModelCommands } from '../../model-training/read-model-commands'
import { withFolder } from './temporary-folder'

const card = (sha256: string, training: unknown): string => JSON.stringify({ sha256, training })

describe('readModelCommands', () => {
  it('finds the command of each card that has one', async () => {
    const files = {
      'a/card.json': card('aa', { command: 'npm run train -- --data PHOTOS', seed: 1 }),
      'b/card.json': card('bb', { command: 'npm run train -- --seed 2' }),
      'a-int8/card.json': JSON.stringify({
        sha256: 'ee',
        training: { command: 'npm run train -- --data PHOTOS' },
        derivedFrom: { name: 'a', command: 'npm run export -- --model a --int8' },
      }),
      'older/card.json': card('cc', { seed: 1 }),
      'foreign/card.json': JSON.stringify({ sha256: 'dd' }),
      'damaged/card.json': '{',
      'empty/README.md': '',
    }
    await withFolder(files, async (folder) => {
      assert.deepEqual(Object.fromEntries(await readModelCommands(folder)), {
        aa: 'npm run train -- --data PHOTOS',
        bb: 'npm run train -- --seed 2',
        ee: 'npm run export -- --model a --int8',
      })
      assert.equal((await readModelCommands(join(folder, 'nowhere'))).size, 0)
    })
  })
})
