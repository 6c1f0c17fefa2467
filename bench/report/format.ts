/** To three significant digits, but never in powers of ten and with no more than three decimals. */
export function toFigure(value: number): string {
  const rounded = Number(value.toPrecision(3))
  const text = value.toFixed(toDecimals(Math.abs(rounded)))
  // -0.000 is nothing at all.
  return Number(text) === 0 ? text.replace('-', '') : text
}

function toDecimals(size: number): number {
  if (size >= 100) return 0
  if (size >= 10) return 1
  return size >= 0.1 || size === 0 ? 2 : 3
}

/** A ratio; near 1 with as many decimals as +-5 % needs to be seen. */
export function toRatio(value: number): string {
  return value < 2 ? value.toFixed(3) : toFigure(value)
}

/** 0.0312 becomes `3.1 %`. */
export function toPercent(share: number): string {
  const percent = share * 100
  const text = percent.toFixed(Math.abs(percent) < 9.95 ? 1 : 0)
  return `${Number(text) === 0 ? text.replace('-', '') : text} %`
}

/** Bytes in MiB. */
export function toMebibytes(bytes: number): string {
  return toFigure(bytes / 2 ** 20)
}

/** `a, b and c`. */
export function toEnumeration(items: readonly (string | number)[]): string {
  const last = items.at(-1)
  if (last === undefined) return ''
  if (items.length === 1) return String(last)
  return `${items.slice(0, -1).join(', ')} and ${last}`
}

/**
 * Text from outside as one line that every format can hold: no control characters (which XML forbids), no halves of
 * surrogate pairs, nothing that turns the direction of reading around.
 */
export function toLine(text: string): string {
  return text
    .replace(/[\p{Surrogate}\p{Noncharacter_Code_Point}]/gu, '\uFFFD')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
}

/** At most `length` characters, for where there is no room for more. */
export function toShort(text: string, length: number): string {
  const line = Array.from(toLine(text))
  return line.length <= length ? line.join('') : `${line.slice(0, length - 1).join('')}…`
}

/** The first sentence of a text, and the others. */
export function toLead(text: string): readonly [first: string, others: string] {
  const line = toLine(text)
  const first = /^.*?[.!?](?=\s[\p{Lu}“])/u.exec(line)?.[0] ?? line
  return [first, line.slice(first.length).trim()]
}

/** As the body of a sentence: the first letter is a capital, the end a full stop. */
export function toSentence(text: string): string {
  const line = toLine(text)
  const first = Array.from(line)[0] ?? ''
  return `${first.toUpperCase()}${line.slice(first.length)}${/[.!?]$/.test(line) ? '' : '.'}`
}
