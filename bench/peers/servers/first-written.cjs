// The design as it is first written in Node.js: tfjs-node's LayersModel and jimp, both on the event loop, in one process.
// PEER_LAYERS_MODEL has the model and its card, PEER_PORT is listened to.
const { readFileSync } = require('node:fs')
const { join } = require('node:path')
const { pathToFileURL } = require('node:url')
const util = require('node:util')

// tfjs-node 4.22 calls two functions that Node.js 23 took away.
util.isNullOrUndefined ??= (value) => value === null || value === undefined
util.isArray ??= Array.isArray

const tf = require('@tensorflow/tfjs-node')
const { fastify } = require('fastify')
const { Jimp } = require('jimp')

const folder = process.env.PEER_LAYERS_MODEL
const card = JSON.parse(readFileSync(join(folder, 'card.json'), 'utf8'))
const { width, height, scale, offset } = card.input

async function main() {
  const network = await tf.loadLayersModel(pathToFileURL(join(folder, 'model.json')).href)
  const server = fastify({ bodyLimit: 20 * 1024 * 1024 })
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body)
  })
  server.post('/classify', async ({ body }) => {
    const image = await Jimp.fromBuffer(body)
    image.resize({ w: width, h: height })
    const probabilities = tf.tidy(() => {
      const rgba = tf.tensor3d(new Uint8Array(image.bitmap.data), [height, width, 4])
      const pixels = rgba.slice([0, 0, 0], [-1, -1, 3]).mul(scale).add(offset)
      return network.predict(pixels.expandDims(0)).dataSync()
    })
    const best = probabilities.indexOf(Math.max(...probabilities))
    return {
      label: card.labels[best],
      probability: probabilities[best],
      probabilities: Object.fromEntries(card.labels.map((label, at) => [label, probabilities[at]])),
      model: { name: card.name, sha256: card.sha256 },
    }
  })
  await server.listen({ host: '127.0.0.1', port: Number(process.env.PEER_PORT) })
}

void main()
