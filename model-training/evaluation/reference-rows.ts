import type { ModelEvaluation, RobustnessRow } from './model-evaluation'

/** What changed photos come to by the reference engine and decoder alone. */
export function toReferenceRows({
  robustness,
  reference,
}: Pick<ModelEvaluation, 'robustness' | 'reference'>): RobustnessRow[] {
  if (robustness.state === 'skipped') return []
  return robustness.rows.filter(
    ({ engine, decoder }) => engine === reference.engine && decoder === reference.decoder,
  )
}
