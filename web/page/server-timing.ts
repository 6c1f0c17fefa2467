/** The target's own time (ms) in a Server-Timing header, `…, total;dur=4.9`; undefined: it does not say. */
export function toProcessingMs(header: string | null): number | undefined {
  for (const member of header?.split(',') ?? []) {
    const [, text] = /^\s*total\s*;\s*dur\s*=\s*"?(\d+(?:\.\d+)?)"?\s*$/i.exec(member) ?? []
    if (text !== undefined) return Number(text)
  }
  return undefined
}
