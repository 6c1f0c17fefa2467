import assert from 'node:assert/strict'
import { join } from 'node:path'
import { readModelOrigins } from '../../model-training/read-model-origins'
import { withFolder } from './temporary-folder'

const card = (sha256: string, training: unknown): string => JSON.stringify({ sha256, training })

describe('readModelOrigins', () => {
  it('finds the command of each card that has one, and how long that took', async () => {
    const files = {
      'a/card.json': card('aa', {
        ...{ command: 'npm run train -- --data PHOTOS', minutes: 12.5 },
        teacher: { backbone: 'a', minutes: 3 },
      }),
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
      assert.deepEqual(Object.fromEntries(await readModelOrigins(folder)), {
        aa: { command: 'npm run train -- --data PHOTOS', minutes: 12.5, teacherMinutes: 3 },
        bb: { command: 'npm run train -- --seed 2' },
        ee: { command: 'npm run export -- --model a --int8' },
      })
      assert.equal((await readModelOrigins(join(folder, 'nowhere'))).size, 0)
    })
  })
})
