import { createInference, describe } from '../../inference'
import type { Inference, InferenceDescription } from '../../inference'
import { readInferenceConfig } from '../../serving/config'
import type { OpenFaasContext, OpenFaasEvent } from './event'

let inference: Promise<Inference> | undefined

const load = (): Promise<Inference> =>
  (inference ??= createInference(readInferenceConfig(process.env)))

/** Loads the model before the first call. */
export async function init(): Promise<InferenceDescription> {
  return describe(await load())
}

/** The OpenFaaS function, with the event and context of OpenFaaS' Node templates. */
export async function handle(event: OpenFaasEvent, context: OpenFaasContext): Promise<void> {
  const { method, headers, body, signal } = event
  if (!Buffer.isBuffer(body)) throw new TypeError('the photo arrived as text: set RAW_BODY=true')
  const { respond } = await load()
  const answer = await respond({
    method,
    headers,
    body,
    ...(signal === undefined ? {} : { signal }),
  })
  context.status(answer.status).headers(answer.headers).succeed(answer.body)
}

/** Ends the workers. */
export async function close(): Promise<void> {
  await (await inference)?.close()
}
