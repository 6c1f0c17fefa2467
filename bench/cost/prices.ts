import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const price = z.number().nonnegative()
const named = { name: z.string().min(1), perCpuSecond: price, perGibSecond: price }

const pricesSchema = z.strictObject({
  date: z.iso.date(),
  currency: z.string().min(1),
  source: z.string().min(1),
  scaleToZero: z.strictObject({
    ...named,
    perMillionRequests: price,
    billedInStepsOfMs: z.number().positive(),
    keptIdleSeconds: z.number().nonnegative(),
  }),
  alwaysOn: z.strictObject(named),
})

/** What time and memory cost, of a day. Prices are in `currency`. */
export type Prices = Readonly<z.infer<typeof pricesSchema>>

/** There is no table of prices, or it is not one; the message says what is wrong in it. */
export class PricesError extends Error {
  override readonly name = 'PricesError'
}

/** @throws PricesError naming the file and what is wrong in it */
export function readPrices(file: string): Prices {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new PricesError(`${file}: ${(cause as Error).message}`, { cause })
  }
  const parsed = pricesSchema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new PricesError(`${file} is no table of prices: ${z.prettifyError(parsed.error)}`)
}

/** What reports are made with unless another table is given. */
export const DEFAULT_PRICES = readPrices(join(__dirname, 'price-table.json'))
