import type { MeasuredTrial, RawRun } from '../read-run'

/** Blocks in which the same order cannot well be chance: of two targets in 1 of 16 runs. */
const BLOCKS_IN_ORDER = 5

/** What is not known of a run that was made of another load generator's files, and what they show: each a sentence. */
export function toImportWarnings({ run, environment, trials }: RawRun): readonly string[] {
  const { importedFrom, openLoop, blocks } = run.plan
  if (importedFrom === undefined) return []
  const inTime = [...trials].sort((one, other) => one.startedAt - other.startedAt)
  return [
    `measured by ${importedFrom}, which does not tell whether the targets were warm, nor the CPU and memory that they used`,
    environment.loadAverage.before === null
      ? 'how busy the machine was, before and meanwhile, is not known'
      : 'what other machines of the same host took (steal) is not known',
    ...(openLoop === undefined ? [] : ['how late the load generator sent is not known']),
    ...toScattered(inTime),
    ...(blocks >= BLOCKS_IN_ORDER ? toFixedOrder(inTime) : []),
  ]
}

const toBlock = ({ block, concurrency, rate = 0 }: MeasuredTrial): string =>
  `${block} ${concurrency} ${rate}`

/** What drifts meets targets alike only where they are next to each other. */
function toScattered(inTime: readonly MeasuredTrial[]): readonly string[] {
  const blocks = inTime.map(toBlock)
  const begun = blocks.filter((block, at) => block !== blocks[at - 1])
  return begun.length === new Set(blocks).size
    ? []
    : [
        'the trials of a block were not next to each other, so that ratios have in them what drifted',
      ]
}

function toFixedOrder(inTime: readonly MeasuredTrial[]): readonly string[] {
  const orders = new Map<string, string[]>()
  for (const trial of inTime) {
    const block = toBlock(trial)
    orders.set(block, [...(orders.get(block) ?? []), trial.target])
  }
  const [first = [], ...others] = [...orders.values()]
  return first.length < 2 || others.some((order) => String(order) !== String(first))
    ? []
    : [`${first[0] ?? ''} was loaded first in every block: the order was not random`]
}
