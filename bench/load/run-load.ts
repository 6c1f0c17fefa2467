import type { TrialSize } from '../trial-size'
import type { Target } from '../targets/target'
import { runClosedLoop } from './closed'
import type { Load, LoadOptions } from './load'
import { runMessageLoop } from './messages'

/** The closed loop, by the way that leads to the target. */
export function runLoad(
  { baseUrl, link }: Pick<Target, 'baseUrl' | 'link'>,
  options: Omit<LoadOptions, 'baseUrl'> & { readonly size: TrialSize },
): Promise<Load> {
  return link === undefined
    ? runClosedLoop({ ...options, baseUrl })
    : runMessageLoop({ ...options, link })
}
