import { createInference, describe } from '../../inference'
import type { Inference, InferenceDescription, PhotoRequest } from '../../inference'
import { readInferenceConfig } from '../../serving/config'
import type { KubelessEvent, KubelessRequest, KubelessResponse } from './event'

let inference: Promise<Inference> | undefined

const load = (): Promise<Inference> =>
  (inference ??= createInference(readInferenceConfig(process.env)))

/** Loads the model. Our runtime calls it at start; the stock runtime does not, there the first call does it. */
export async function init(): Promise<InferenceDescription> {
  return describe(await load())
}

/** The Kubeless function: the photo is in the request's body, as `event.data` may have been made text. */
export async function classify({
  extensions: { request, response },
}: KubelessEvent): Promise<string> {
  const { respond } = await load()
  const { status, headers, body } = await respond(toPhotoRequest(request, response))
  response.status(status).set(headers)
  return body
}

/** Ends the workers. Our runtime calls it when it stops. */
export async function close(): Promise<void> {
  await (await inference)?.close()
}

function toPhotoRequest(
  { method = 'POST', headers, body }: KubelessRequest,
  response: KubelessResponse,
): PhotoRequest {
  const controller = new AbortController()
  response.once('close', () => {
    if (!response.writableEnded) controller.abort()
  })
  return { method, headers, body, signal: controller.signal }
}
