import { parseArgs } from 'node:util'
import { PHOTO_SIZES } from '../photos/photos'
import type { PhotoSize } from '../photos/photos'
import { toNewFolder } from '../run-folder'
import { toWhole } from '../to-whole'
import { UsageError } from '../usage-error'
import { OURS, PEERS } from './peers'

/** What `npm run bench:peers` is asked to do. */
export interface PeersOptions {
  /** Names, ours among them. */
  readonly peers: readonly string[]
  readonly workers: readonly number[]
  readonly model: string
  /** Undefined: rendered photos. */
  readonly folder: string | undefined
  readonly size: PhotoSize | undefined
  readonly concurrency: readonly number[]
  readonly blocks: number
  readonly requests: number
  readonly seed: number
  readonly out: string
}

const NAMES = PEERS.map(({ name }) => name)
const OTHERS = NAMES.filter((name) => name !== OURS)
const SIZES = Object.keys(PHOTO_SIZES) as PhotoSize[]

export const USAGE = `Measures other servers of the same model beside ours, on the same two cores.

  npm run bench:peers [-- options]

  --peers LIST            of ${OTHERS.join(',')} (all)
  --workers LIST          of 1,2 (1,2); some peers have only one
  --model NAME            of inference/models (photo-net)
  --photos DIR            photos to send (rendered ones)
  --size SIZE             cut them to ${SIZES.join(', ')}
  --concurrency LIST      connections of a closed loop (1,5,10,20)
  --blocks N              how often each is started and measured, 2 to 1000 (10)
  --requests N            of each trial, 10 to 100000 (200)
  --seed N                decides photos and order, 0 to 4294967295 (1)
  --out DIR               run folder, new or empty (runs/TIME-peers)
  --help                  print this

Virtual environments are made in .cache/peers, with Python 3, and used again; what cannot be installed or started is
listed with the reason. Ctrl-C keeps what was measured.
Exit status: 0 measured, 2 measured but INVALID, 64 wrong arguments, 65 photos that cannot be used, 73 the run folder
cannot be made, 74 it cannot be written any more, 130 interrupted, 1 a bug.
`

/**
 * Reads the command line of `npm run bench:peers`.
 *
 * @param args without node and script
 * @throws UsageError naming the option and what it accepts
 */
export function readPeersOptions(args: readonly string[]): PeersOptions | 'help' {
  const values = parse(args)
  if (values.help === true) return 'help'
  const { size, photos: folder, model = 'photo-net' } = values
  if (size !== undefined && !isSize(size)) {
    throw new UsageError(`--size ${size}: it is one of ${SIZES.join(', ')}`)
  }
  if (!/^[\w.-]+$/.test(model)) throw new UsageError(`--model ${model}: it is a folder's name`)
  const whole = (name: string, value: string, range: readonly [number, number]): number =>
    toWhole(name, value, range)
  return {
    peers: [OURS, ...toPeers(values.peers)],
    workers: toWorkers(values.workers),
    ...{ model, folder, size },
    concurrency: (values.concurrency ?? '1,5,10,20')
      .split(',')
      .map((level) => whole('concurrency', level, [1, 1000])),
    blocks: whole('blocks', values.blocks ?? '10', [2, 1000]),
    requests: whole('requests', values.requests ?? '200', [10, 100_000]),
    seed: whole('seed', values.seed ?? '1', [0, 2 ** 32 - 1]),
    out: values.out ?? toNewFolder('peers'),
  }
}

const isSize = (size: string): size is PhotoSize => SIZES.some((each) => each === size)

function toPeers(list: string | undefined): readonly string[] {
  const names = list?.split(',') ?? OTHERS
  const unknown = names.find((name) => !OTHERS.includes(name))
  if (unknown === undefined) return names
  throw new UsageError(`--peers ${unknown}: there are ${OTHERS.join(', ')}`)
}

function toWorkers(list = '1,2'): readonly number[] {
  const counts = [...new Set(list.split(','))].map((count) => toWhole('workers', count, [1, 2]))
  return counts.sort((one, other) => one - other)
}

function parse(args: readonly string[]) {
  const string = { type: 'string' } as const
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...{ peers: string, workers: string, model: string, photos: string, size: string },
        ...{ concurrency: string, blocks: string, requests: string, seed: string, out: string },
        help: { type: 'boolean' },
      },
    })
    return values
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause })
  }
}
