/** The body of a 200. */
export interface ClassificationBody {
  readonly label: string
  readonly probability: number
  readonly probabilities: Readonly<Record<string, number>>
  readonly model: { readonly name: string; readonly sha256: string }
  readonly timings: {
    readonly queueMs: number
    readonly decodeMs: number
    readonly predictMs: number
    readonly totalMs: number
  }
}

/** The body of an error. */
export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail: string
}

/** What a host answered, its body parsed. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** Sends a request and parses the answer's JSON; other bodies stay text. */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init)
  const text = await response.text()
  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? (JSON.parse(text) as unknown) : text,
  }
}

/** POST BASE_URL/classify with a photo as it is. */
export const postPhoto = (
  baseUrl: string,
  photo: Uint8Array,
  contentType = 'image/jpeg',
): Promise<Answer> =>
  ask(`${baseUrl}/classify`, {
    method: 'POST',
    body: photo,
    headers: { 'content-type': contentType },
  })

/** What every host must answer alike: the status, the headers that matter, the JSON but for its times. */
export function toComparable({ status, headers, body }: Answer): Readonly<Record<string, unknown>> {
  const names = ['content-type', 'cache-control', 'allow', 'retry-after']
  return {
    status,
    headers: Object.fromEntries(names.map((name) => [name, headers.get(name)])),
    serverTiming: headers.get('server-timing')?.replace(/dur=[\d.]+/g, 'dur='),
    body: typeof body === 'object' && body !== null ? { ...body, timings: undefined } : body,
  }
}
