import type { TrainingEngine } from './engine'
import type { Options } from './options'

/**
 * The command that gives the same model again, with every option that decides what is learnt, defaults too. Where the
 * folders are is nobody's business, and another backbone of that name would have another sha256.
 *
 * @param backbone name of the one that is learnt from or built on
 */
export function toCommand(
  options: Options,
  engine: Pick<TrainingEngine, 'option'>,
  backbone: string | undefined,
): string {
  const { leaveOneSourceOut, photosPerLabel, seed, tiers, name, licence } = options
  return [
    'npm run train -- --data PHOTOS',
    ...(leaveOneSourceOut ? ['--leave-one-source-out'] : []),
    ...toBackboneOptions(options, backbone),
    ...(photosPerLabel === undefined ? [] : [`--photos-per-label ${photosPerLabel}`]),
    ...toNetworkOptions(options),
    `--seed ${seed} --licence-tiers ${tiers.join(',')} --engine ${engine.option} --name ${name}`,
    ...(licence === undefined ? [] : [`--licence ${quote(licence)}`]),
  ].join(' ')
}

/** SPDX expressions may have spaces. */
const quote = (text: string): string => (/[ ()]/.test(text) ? `'${text}'` : text)

function toBackboneOptions(options: Options, backbone: string | undefined): string[] {
  if (backbone === undefined) return []
  const { views, unlabelled } = options
  const which = options.backbone === undefined ? 'teacher' : 'backbone'
  const more = unlabelled === undefined ? [] : ['--unlabelled UNLABELLED']
  return [...more, `--${which} ${backbone} --views ${views}`]
}

/** A backbone is taken as it is. */
function toNetworkOptions({ backbone, network, size, epochs, patience }: Options): string[] {
  if (backbone !== undefined) return []
  return [`--network ${network} --size ${size} --epochs ${epochs} --patience ${patience}`]
}
