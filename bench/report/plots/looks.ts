import { isDouble, toTargets } from '../targets'
import type { Findings } from '../targets'

/** How a target looks in every plot: told apart by colour, by shape and by dash, so also in black and white. */
export interface Look {
  readonly target: string
  /** A CSS variable, which changes in dark mode. */
  readonly color: string
  readonly symbol: Symbol
  readonly dash: string
}

type Symbol = 'circle' | 'triangle' | 'diamond2' | 'square' | 'star'

const SLOTS: readonly Omit<Look, 'target'>[] = [
  { color: 'var(--target-1)', symbol: 'circle', dash: 'none' },
  { color: 'var(--target-2)', symbol: 'triangle', dash: '7 3' },
  { color: 'var(--target-3)', symbol: 'diamond2', dash: '2 3' },
  { color: 'var(--target-4)', symbol: 'square', dash: '8 3 2 3' },
  { color: 'var(--target-5)', symbol: 'star', dash: '1 3' },
]

/** The looks of all targets in the order in which they are drawn; the double for A/A is in the tables only. */
export function toLooks(findings: Findings): readonly Look[] {
  const drawn = toTargets(findings).filter((target) => !isDouble(findings.plan, target))
  return drawn.flatMap((target, index) => {
    const slot = SLOTS[index % SLOTS.length]
    return slot === undefined ? [] : [{ target, ...slot }]
  })
}

/** The parts of a response time, each with a colour and one for text upon it. */
export const PARTS = [
  { name: 'waiting', color: 'var(--part-1)', text: 'var(--on-part-1)' },
  { name: 'queue', color: 'var(--part-2)', text: 'var(--on-part-2)' },
  { name: 'decode', color: 'var(--part-3)', text: 'var(--on-part-3)' },
  { name: 'predict', color: 'var(--part-4)', text: 'var(--on-part-4)' },
  { name: 'rest', color: 'var(--part-5)', text: 'var(--on-part-5)' },
] as const

export const LIGHT = `--page: #ffffff; --panel: #f6f8fa; --ink: #1b1f24; --quiet: #57606a; --line: #d0d7de;
  --target-1: #0060a8; --target-2: #c44601; --target-3: #8a2c88; --target-4: #6b7280; --target-5: #00795c;
  --part-1: #c9ced6; --part-2: #f2b45a; --part-3: #3d9a8b; --part-4: #23395d; --part-5: #ffffff;
  --on-part-1: #1b1f24; --on-part-2: #1b1f24; --on-part-3: #ffffff; --on-part-4: #ffffff; --on-part-5: #1b1f24;`

export const DARK = `--page: #0d1117; --panel: #161b22; --ink: #e6edf3; --quiet: #9aa4af; --line: #30363d;
  --target-1: #58a6ff; --target-2: #ff9e57; --target-3: #d58ad3; --target-4: #9aa4af; --target-5: #4cc9a4;
  --part-1: #4b5563; --part-2: #d99a3d; --part-3: #4fb8a7; --part-4: #a9c4f5; --part-5: #0d1117;
  --on-part-1: #ffffff; --on-part-2: #0d1117; --on-part-3: #0d1117; --on-part-4: #0d1117; --on-part-5: #e6edf3;`
