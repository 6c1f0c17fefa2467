/** What a target's /metrics (Prometheus' text format) tells of its process. */
export interface ProcessMetrics {
  readonly cpuSeconds: number | null
  readonly residentBytes: number | null
}

/** More would be no metrics page. */
const TIME_LIMIT_MS = 2_000
const LONGEST = 1_000_000

/** Asks a target; null where it has no such page or does not answer within the time limit. */
export async function readMetrics(
  baseUrl: string,
  timeLimitMs = TIME_LIMIT_MS,
): Promise<ProcessMetrics | null> {
  try {
    const response = await fetch(`${baseUrl}/metrics`, { signal: AbortSignal.timeout(timeLimitMs) })
    if (!response.ok || response.body === null) return null
    let text = ''
    for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
      text += part
      if (text.length > LONGEST) return null
    }
    return parseMetrics(text)
  } catch {
    return null
  }
}

/** Picks the values of the process; of several with labels the sum. */
export function parseMetrics(text: string): ProcessMetrics {
  return {
    cpuSeconds: sumOf(text, 'process_cpu_seconds_total'),
    residentBytes: sumOf(text, 'process_resident_memory_bytes'),
  }
}

function sumOf(text: string, name: string): number | null {
  const lines = text.matchAll(new RegExp(`^${name}(?:\\{[^\\n]*\\})? +(\\S+)`, 'gm'))
  const values = [...lines].map(([, value]) => Number(value)).filter(Number.isFinite)
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value)
}
