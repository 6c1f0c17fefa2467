/** The environment's variables, or any record like them. */
export type Env = Readonly<Record<string, string | undefined>>

/** A variable that is set to something it cannot be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

interface Range {
  readonly min: number
  readonly max: number
}

/**
 * A whole number from a variable; an empty one counts as not set.
 *
 * @throws ConfigError naming the variable and its range
 */
export function integer(env: Env, name: string, fallback: number, { min, max }: Range): number {
  const text = env[name]?.trim()
  if (text === undefined || text === '') return fallback
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  throw new ConfigError(`${name} must be a whole number from ${min} to ${max}, it is "${text}"`)
}

/**
 * One of several words from a variable.
 *
 * @throws ConfigError naming the variable and the words
 */
export function choice<Word extends string>(
  env: Env,
  name: string,
  fallback: NoInfer<Word>,
  words: readonly Word[],
): Word {
  const text = env[name]?.trim()
  if (text === undefined || text === '') return fallback
  const word = words.find((candidate) => candidate === text)
  if (word !== undefined) return word
  throw new ConfigError(`${name} must be one of ${words.join(', ')}, it is "${text}"`)
}

/** A text from a variable; an empty one counts as not set. */
export function text(env: Env, name: string, fallback: string): string {
  const value = env[name]?.trim()
  return value === undefined || value === '' ? fallback : value
}

/**
 * Names from a variable, separated by commas; an empty one counts as not set.
 *
 * @throws ConfigError naming the variable and what is wrong: a name that is missing, or there twice
 */
export function names(
  env: Env,
  name: string,
  fallback: readonly [string, ...string[]],
): readonly [string, ...string[]] {
  const whole = text(env, name, '')
  if (whole === '') return fallback
  const [first = '', ...others] = whole.split(',').map((part) => part.trim())
  const all: readonly [string, ...string[]] = [first, ...others]
  if (all.includes('')) {
    throw new ConfigError(`${name} must be names separated by commas, it is "${whole}"`)
  }
  const twice = all.find((part, at) => all.indexOf(part) < at)
  if (twice === undefined) return all
  throw new ConfigError(
    `${name} must name each only once, it is "${whole}": ${twice} is there twice`,
  )
}
