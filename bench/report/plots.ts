import { createCanvas } from './plots/canvas'
import { toCostFigures } from './plots/cost'
import { toDecompositionFigures } from './plots/decomposition'
import { toDistributionFigures } from './plots/distribution'
import type { FigureGroup } from './plots/figure'
import { toGroupFigures } from './plots/groups'
import { toOpenLoopFigures } from './plots/open-loop'
import { toRatioFigures } from './plots/ratios'
import { toResponseTimeFigures } from './plots/response-time'
import type { Distribution } from './report'
import type { Findings } from './targets'

/** Every plot of a report that there is data for, as SVG for a page that defines the colours. */
export async function toPlots(
  findings: Findings,
  distributions: readonly Distribution[],
): Promise<readonly FigureGroup[]> {
  const canvas = await createCanvas()
  return [
    toResponseTimeFigures(findings, canvas),
    toDistributionFigures(findings, distributions, canvas),
    toRatioFigures(findings, canvas),
    toDecompositionFigures(findings, canvas),
    toGroupFigures(findings, canvas),
    toOpenLoopFigures(findings, canvas),
    toCostFigures(findings.cost, canvas),
  ].filter(({ figures }) => figures.length > 0)
}
