import autocannon from 'autocannon'

interface Load {
  readonly url: string
  readonly photo: Uint8Array
  readonly connections: number
  readonly requests: number
  /** Called with the last answer: autocannon looks once a second only whether it is done. */
  readonly onLastAnswer: () => void
}

/** @throws Error unless every request is answered with a prediction */
export async function load(options: Load): Promise<void> {
  const { url, photo, connections, requests, onLastAnswer } = options
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    let answers = 0
    autocannon(
      {
        url,
        method: 'POST',
        headers: { 'content-type': 'image/jpeg' },
        body: Buffer.from(photo),
        connections,
        amount: requests,
      },
      (error: unknown, ended) => {
        if (error) reject(error instanceof Error ? error : new Error('autocannon failed'))
        else resolve(ended)
      },
    ).on('response', () => {
      if (++answers === requests) onLastAnswer()
    })
  })
  const answered = result['2xx']
  if (answered !== requests) throw new Error(`${answered} of ${requests} requests were answered`)
}
