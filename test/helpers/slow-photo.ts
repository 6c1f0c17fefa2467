import sharp from 'sharp'

/**
 * 70 KB that keep libjpeg and jpeg-js busy for over ten seconds: a progressive JPEG whose last scan comes 5,000 times.
 * sharp refuses it at once.
 */
export async function createSlowPhoto(): Promise<Uint8Array> {
  const size = { width: 1600, height: 1200 }
  const plain = sharp({ create: { ...size, channels: 3, background: 'teal' } })
  const photo = await plain.jpeg({ progressive: true }).toBuffer()
  const scan = photo.subarray(photo.lastIndexOf(Buffer.from([0xff, 0xda])), -2)
  const scans = Array<Uint8Array>(5000).fill(scan)
  return Buffer.concat([photo.subarray(0, -2), ...scans, photo.subarray(-2)])
}
