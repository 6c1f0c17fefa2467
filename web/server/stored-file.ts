import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** A file in memory, as it is and compressed. */
export interface StoredFile {
  readonly contentType: string
  readonly bytes: Buffer
  readonly compressed: Buffer
  readonly etag: string
}

const compress = promisify(gzip)

/** Reads a file of text. */
export async function storeFile(file: string, contentType: string): Promise<StoredFile> {
  const bytes = await readFile(file)
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
  return {
    contentType,
    bytes,
    compressed: await compress(bytes, { level: 9 }),
    // Weak: the same for both encodings.
    etag: `W/"${hash}"`,
  }
}

/** Answers with a file, compressed for who takes that, and with 304 for who has it. */
export function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { contentType, bytes, compressed, etag }: StoredFile,
): FastifyReply {
  reply.headers({
    'content-type': contentType,
    'cache-control': 'no-cache',
    vary: 'accept-encoding',
    etag,
  })
  if (request.headers['if-none-match'] === etag) return reply.code(304).send()
  if (!takesGzip(request.headers['accept-encoding'])) return reply.send(bytes)
  return reply.header('content-encoding', 'gzip').send(compressed)
}

/** Named, and not with a weight of 0. */
function takesGzip(accepted: unknown): boolean {
  const codings = typeof accepted === 'string' ? accepted.split(',') : []
  return codings.some((coding) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(coding))
}
