import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DEFAULT_PRICES, PricesError, readPrices } from '../../../bench/cost/prices'
import { useFolders } from '../../helpers/measured'

describe('a table of prices', () => {
  const newFolder = useFolders()
  const write = async (content: string): Promise<string> => {
    const file = join(await newFolder(), 'prices.json')
    writeFileSync(file, content)
    return file
  }
  const refuse = async (file: string, message: RegExp): Promise<void> => {
    await assert.rejects(
      // eslint-disable-next-line @typescript-eslint/require-await
      async () => readPrices(file),
      (error) => error instanceof PricesError && message.test(error.message),
    )
  }

  it('is read as it is, and tells its date and source', async () => {
    const file = await write(JSON.stringify({ ...DEFAULT_PRICES, date: '2030-01-02' }))
    assert.deepEqual(readPrices(file), { ...DEFAULT_PRICES, date: '2030-01-02' })
    assert.match(DEFAULT_PRICES.source, /^https:\/\//)
  })

  it('is refused with what is wrong in it', async () => {
    await refuse(join(await newFolder(), 'none.json'), /none\.json: ENOENT/)
    await refuse(await write('{'), /prices\.json: /)
    await refuse(await write('{}'), /is no table of prices: [^]*date/)
    const { alwaysOn, ...others } = DEFAULT_PRICES
    await refuse(
      await write(JSON.stringify({ ...others, alwaysOn: { ...alwaysOn, perCpuSecond: -1 } })),
      /perCpuSecond/,
    )
    await refuse(await write(JSON.stringify({ ...DEFAULT_PRICES, date: 'today' })), /date/)
  })
})
