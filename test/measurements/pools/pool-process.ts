import { buffer } from 'node:stream/consumers'
import { AT_ONCE_PER_THREAD } from './conditions'
import type { Condition } from './conditions'
import { keepBusy } from './keep-busy'
import { startPhotoPool } from './photo-pool'
import type { Cost } from './summarise'

/** Prints the Cost of a condition, alone in this process: the condition as JSON is the argument, the photo comes by stdin. */
async function main([argument]: readonly string[]): Promise<void> {
  const condition = JSON.parse(argument ?? '') as Condition
  const { threads, photos } = condition
  const asked = { photo: await buffer(process.stdin), atOnce: AT_ONCE_PER_THREAD * threads }
  const pool = await startPhotoPool(condition)
  await keepBusy(pool, { ...asked, photos: Math.ceil(photos / 2) })
  const before = process.cpuUsage()
  const startedAt = performance.now()
  await keepBusy(pool, { ...asked, photos })
  const seconds = (performance.now() - startedAt) / 1000
  const { user, system } = process.cpuUsage(before)
  await pool.close()
  const cost: Cost = {
    cpuMs: (user + system) / 1000 / photos,
    photosPerSecond: photos / seconds,
  }
  process.stdout.write(JSON.stringify(cost))
}

void main(process.argv.slice(2))
