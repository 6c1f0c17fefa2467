import type { PhotoRequest } from '../../inference'
import { readInferenceConfig } from '../../serving/config'
import { createLazyInference } from '../../serving/lazy-inference'
import { toSignal } from '../../serving/signal'
import type { KubelessEvent, KubelessRequest, KubelessResponse } from './event'

/** Our runtime calls `init` at start and `close` at the end; with the stock runtime the first call loads the model. */
const { answer, init, isReady, close } = createLazyInference(() => readInferenceConfig(process.env))
export { close, init, isReady }

/** The Kubeless function: the photo is in the request's body, as `event.data` may have been made text. */
export async function classify({
  extensions: { request, response },
}: KubelessEvent): Promise<string> {
  const { status, headers, body } = await answer(toPhotoRequest(request, response))
  response.status(status).set(headers)
  return body
}

function toPhotoRequest(
  { method = 'POST', path, query, headers, body }: KubelessRequest,
  response: KubelessResponse,
): PhotoRequest {
  return { method, path, query, headers, body, signal: toSignal(response) }
}
