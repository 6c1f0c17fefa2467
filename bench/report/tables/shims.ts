import type { Estimate } from '../report'
import type { Shim } from '../shims'
import { numbers, toCell, toEstimateCell, toNumberCell, words } from '../table'
import type { Cell, Table } from '../table'

/** What waiting with one request at a time is of. */
export function toShimsTable(shims: readonly Shim[]): Table {
  return {
    id: 'shims',
    caption:
      'What waiting is of, one request at a time: medians of blocks, ms, which add up (95 % intervals over blocks)',
    isGrouped: false,
    columns: [
      words('Target'),
      numbers('Waiting'),
      numbers('Without any work'),
      numbers('Way to the pod'),
      numbers('Remainder'),
      numbers('Blocks'),
    ],
    rows: shims.map(({ target, blocks, waiting, shim, hop, remainder }) => [
      toCell(target),
      toPartCell(waiting),
      toEstimateCell(shim),
      toPartCell(hop),
      toPartCell(remainder),
      toNumberCell(blocks, String),
    ]),
  }
}

const toPartCell = (part: Estimate | null): Cell =>
  part === null ? toCell(null) : toEstimateCell(part)
