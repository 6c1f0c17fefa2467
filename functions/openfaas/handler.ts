import { readInferenceConfig } from '../../serving/config'
import { createLazyInference } from '../../serving/lazy-inference'
import type { OpenFaasContext, OpenFaasEvent } from './event'

/** Our server calls `init` at start and `close` at the end; without `init` the first call loads the model. */
const { answer, init, isReady, close } = createLazyInference(() => readInferenceConfig(process.env))
export { close, init, isReady }

/** The OpenFaaS function, with the event and context of OpenFaaS' Node templates. */
export async function handle(event: OpenFaasEvent, context: OpenFaasContext): Promise<void> {
  const { method, path, query, headers, body, signal } = event
  if (!Buffer.isBuffer(body)) throw new TypeError('the photo arrived as text: set RAW_BODY=true')
  const answered = await answer({
    method,
    path,
    query,
    headers,
    body,
    ...(signal === undefined ? {} : { signal }),
  })
  context.status(answered.status).headers(answered.headers).succeed(answered.body)
}
