import type { KafkaRecord } from './kafka-client'

type HeaderValue = Buffer | string
/** Other clients can send one without a value, whatever kafkajs' types say. */
type Headers = Readonly<Record<string, HeaderValue | readonly HeaderValue[] | null | undefined>>

/** Records by topic, as kafkajs sends them at once. */
export function toTopicMessages(records: readonly KafkaRecord[]): {
  topic: string
  messages: { key: string; headers: Record<string, string>; value: Buffer }[]
}[] {
  const topics = new Set(records.map(({ topic }) => topic))
  return [...topics].map((topic) => ({
    topic,
    messages: records
      .filter((record) => record.topic === topic)
      .map(({ key, headers, value }) => ({
        key,
        headers: { ...headers },
        value: Buffer.from(value),
      })),
  }))
}

/** Of a header that is there more than once the last counts. */
export const toTexts = (headers: Headers): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]): [string, string][] => {
      const last = [value].flat().at(-1)
      return last === undefined || last === null ? [] : [[name, last.toString()]]
    }),
  )
