import assert from 'node:assert/strict'
import sharp from 'sharp'
import { makeThumbnails } from '../../../model-training/evaluation/thumbnails'

describe('thumbnails', () => {
  it('are small upright JPEGs, and none where a photo cannot be had', async () => {
    const create = { width: 400, height: 200, channels: 4, background: '#08f' } as const
    const photo = await sharp({ create }).withMetadata({ orientation: 6 }).png().toBuffer()
    const photos: Record<string, Buffer> = { 'good.png': photo, 'bad.png': Buffer.from('bad') }
    const files = ['good.png', 'bad.png', 'absent.png'].map((file) => ({ file }))
    const thumbnails = await makeThumbnails(files, (file) => {
      const bytes = photos[file]
      return bytes ? Promise.resolve(bytes) : Promise.reject(new Error('missing file'))
    })
    assert.deepEqual([...thumbnails.keys()], ['good.png'])
    const [head = '', body = ''] = (thumbnails.get('good.png') ?? '').split(',')
    assert.equal(head, 'data:image/jpeg;base64')
    const { format, width, height } = await sharp(Buffer.from(body, 'base64')).metadata()
    assert.deepEqual([format, width, height], ['jpeg', 64, 128])
  })
})
