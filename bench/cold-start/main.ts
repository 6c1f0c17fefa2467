import { loadPhotos } from '../photos/photos'
import { toClustersAsked } from '../row-run-options'
import { runRowRunProgram } from '../row-run-program'
import { measureColdStarts } from './measure'
import { readColdStartOptions, USAGE } from './options'
import { rebuildColdStarts } from './rebuild'
import { COLD_START_FORMAT } from './run'
import { toColdStartText } from './text'

runRowRunProgram({
  script: 'cold-start',
  format: COLD_START_FORMAT,
  usage: USAGE,
  readOptions: readColdStartOptions,
  async measure(options, context) {
    const { samples, seed, strict } = options
    const [photo] = (await loadPhotos({ folder: undefined, size: undefined, seed })).photos
    if (photo === undefined) throw new Error('there is no photo')
    await measureColdStarts({
      ...context,
      ...toClustersAsked(options),
      plan: { samples, seed, ...(strict && { strict }) },
      photo,
    })
  },
  rebuild: rebuildColdStarts,
  toText: toColdStartText,
})
