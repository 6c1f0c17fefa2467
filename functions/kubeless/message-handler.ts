import type { PhotoMessage } from '../../inference'
import { createKafkaAnswers } from '../../messaging/kafka-answers'
import { settle } from '../../messaging/settle'
import { readInferenceConfig } from '../../serving/config'
import { createLazyInference } from '../../serving/lazy-inference'
import { requireKafkaConfig } from '../../serving/messages-config'
import { toSignal } from '../../serving/signal'
import type { KubelessEvent, KubelessRequest } from './event'

/** In a file of its own: with it, the other function's zip would be larger than what serverless-kubeless can carry. */
const inference = createLazyInference(() => readInferenceConfig(process.env))
const answers = createKafkaAnswers(() => requireKafkaConfig(process.env))
export const { init, isReady } = inference
export const close = async (): Promise<void> => {
  await Promise.all([answers.close(), inference.close()])
}

/** The function for a KafkaTrigger, which drops what is returned: the answer is written to Kafka from here. */
export async function consume({
  extensions: { request, response },
}: KubelessEvent): Promise<string> {
  const answer = await settle(inference.consume, toMessage(request), { signal: toSignal(response) })
  await answers.send(answer)
  return JSON.stringify({ id: answer.id, state: answer.state })
}

/** The trigger passes neither key nor headers, and calls what is no JSON a form. */
const toMessage = ({ body }: KubelessRequest): PhotoMessage => ({
  key: undefined,
  headers: {},
  value: body,
})
