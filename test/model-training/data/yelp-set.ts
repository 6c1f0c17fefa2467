import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'

type Files = Readonly<Record<string, string | Uint8Array>>

/** A line of Yelp's list. */
export const toYelpLine = (photoId: string, businessId: string, label: string): string =>
  JSON.stringify({ photo_id: photoId, business_id: businessId, caption: 'So “good”', label })

/** A tar of files, in their order. */
export async function packTar(files: Files): Promise<Buffer> {
  const tar = pack()
  for (const [name, content] of Object.entries(files)) {
    tar.entry({ name, mtime: new Date(0) }, content)
  }
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** As `tar -z` makes it. */
export const packGzippedTar = async (files: Files): Promise<Buffer> =>
  gzipSync(await packTar(files))
