/** Columns of a line, as prettier is set up for this project. */
const WIDTH = 100

/** JSON of two spaces with short arrays on one line: what prettier makes of it, so that it may lie in the repository. */
export const toPrettyJson = (value: unknown): string => `${print(plain(value), 0, 0)}\n`

/** What JSON keeps of a value: no undefined fields, `toJSON` called. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** @param used columns of the line that are taken before the value */
function print(value: unknown, indent: number, used: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (!Array.isArray(value)) return printObject(value, indent)
  const line = toLine(value)
  // One column is left for the comma that may follow.
  if (line !== undefined && used + line.length < WIDTH) return line
  return enclose(
    '[]',
    value.map((item: unknown) => print(item, indent + 2, indent + 2)),
    indent,
  )
}

function printObject(value: object, indent: number): string {
  const items = Object.entries(value).map(([key, item]) => {
    const start = `${JSON.stringify(key)}: `
    return start + print(item, indent + 2, indent + 2 + start.length)
  })
  return items.length === 0 ? '{}' : enclose('{}', items, indent)
}

function enclose(brackets: '[]' | '{}', items: readonly string[], indent: number): string {
  const lines = items.map((item) => ' '.repeat(indent + 2) + item)
  return `${brackets.charAt(0)}\n${lines.join(',\n')}\n${' '.repeat(indent)}${brackets.charAt(1)}`
}

/** An array on one line, or undefined where prettier would break it: around objects and matrices. */
function toLine(array: readonly unknown[]): string | undefined {
  if (array.length > 1 && array.every((item) => Array.isArray(item) && item.length > 1))
    return undefined
  const items = array.map((item) => {
    if (Array.isArray(item)) return toLine(item)
    if (typeof item !== 'object' || item === null) return JSON.stringify(item)
    return Object.keys(item).length === 0 ? '{}' : undefined
  })
  return items.includes(undefined) ? undefined : `[${items.join(', ')}]`
}
