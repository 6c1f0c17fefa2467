import type { ErrorCode } from '../inference'

/**
 * Why a photo was not answered: what the server says of it (an ErrorCode), or of the way to it. UNROUTABLE: nobody ever
 * served the model; CLOSED: the client was closed; INVALID_REPLY: what came is no answer.
 */
export type RpcErrorCode = ErrorCode | 'UNROUTABLE' | 'CLOSED' | 'INVALID_REPLY'

/** A photo that was not answered over RabbitMQ. */
export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly code: RpcErrorCode

  constructor(code: RpcErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
