import * as z from 'zod'
import { STATUS } from '../inference'
import type { ErrorCode } from '../inference'
import { RpcError } from './rpc-error'

const predictionSchema = z.object({
  id: z.string(),
  label: z.string(),
  probability: z.number(),
  probabilities: z.record(z.string(), z.number()),
  model: z.object({ name: z.string(), sha256: z.string() }),
})

/** What a photo was answered with. */
export type RpcPrediction = z.infer<typeof predictionSchema>

const isErrorCode = (code: string): code is ErrorCode => code in STATUS
const problemSchema = z.object({ code: z.string().refine(isErrorCode), detail: z.string() })

/**
 * Reads the content of a reply: a prediction, or problem details.
 *
 * @throws RpcError with the problem's code; INVALID_REPLY for neither
 */
export function readReply(content: Uint8Array): RpcPrediction {
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(content).toString())
  } catch (cause) {
    throw new RpcError('INVALID_REPLY', 'the reply is not JSON', { cause })
  }
  const prediction = predictionSchema.safeParse(json)
  if (prediction.success) return prediction.data
  const problem = problemSchema.safeParse(json)
  if (problem.success) throw new RpcError(problem.data.code, problem.data.detail)
  throw new RpcError(
    'INVALID_REPLY',
    `the reply is not as expected:\n${z.prettifyError(prediction.error)}`,
  )
}
