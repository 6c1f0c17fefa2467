import { loadPhotos } from '../photos/photos'
import { toClustersAsked } from '../row-run-options'
import { runRowRunProgram } from '../row-run-program'
import { measureAutoscaling } from './measure'
import { readAutoscalingOptions, USAGE } from './options'
import { PROFILES, toPoints } from './profiles'
import { rebuildAutoscaling } from './rebuild'
import { AUTOSCALING_FORMAT } from './run'
import { toAutoscalingText } from './text'

runRowRunProgram({
  script: 'autoscaling',
  format: AUTOSCALING_FORMAT,
  usage: USAGE,
  readOptions: readAutoscalingOptions,
  async measure(options, context) {
    const { profile, seed, base, peak } = options
    const { photos } = await loadPhotos({ folder: undefined, size: undefined, seed })
    const { stabilization } = PROFILES[profile]
    const points = toPoints(profile, { base, peak })
    const plan = { profile, seed, points, stabilization }
    await measureAutoscaling({ ...context, ...toClustersAsked(options), plan, photos })
  },
  rebuild: rebuildAutoscaling,
  toText: toAutoscalingText,
})
