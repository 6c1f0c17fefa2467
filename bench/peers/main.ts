import { join } from 'node:path'
import { loadPhotos } from '../photos/photos'
import { runRowRunProgram } from '../row-run-program'
import { measurePeers } from './measure'
import { readPeersOptions, USAGE } from './options'
import { PEERS } from './peers'
import { rebuildPeers } from './rebuild'
import { PEERS_FORMAT } from './run'
import { toPeersText } from './text'

runRowRunProgram({
  script: 'bench:peers',
  format: PEERS_FORMAT,
  usage: USAGE,
  readOptions: readPeersOptions,
  async measure(options, context) {
    const { seed, model, blocks, concurrency, requests, folder, size } = options
    const { photos, source } = await loadPhotos({ folder, size, seed })
    const facts = photos.map(({ sha256, bytes }) => ({ sha256, bytes: bytes.byteLength }))
    const plan = { seed, model, blocks, concurrency, requests }
    await measurePeers({
      ...context,
      plan: { ...plan, photos: facts, photoSource: source },
      peers: PEERS.filter(({ name }) => options.peers.includes(name)),
      workers: options.workers,
      photos,
      cacheFolder: join(context.root, '.cache', 'peers'),
    })
  },
  rebuild: rebuildPeers,
  toText: toPeersText,
})
