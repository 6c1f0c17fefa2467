import { startHarness, untilHarness } from './harness-process'
import type { HarnessProcess } from './harness-process'

/** `npm run page` without the build. */
export interface PageProcess extends HarnessProcess {
  readonly baseUrl: string
  /** Where the twins are that it started. */
  readonly twins: readonly string[]
}

/** Starts it on a free port, and waits until the page can be opened. */
export async function startPage(args: readonly string[]): Promise<PageProcess> {
  const harness = startHarness('page', ['--port', '0', ...args], {
    // As long as its tests.
    timeLimitMs: 0,
  })
  await untilHarness(harness, 'the page could be opened', () =>
    harness.progress().includes('Ctrl-C'),
  )
  const twins = [...harness.progress().matchAll(/ at (http:\S+)/g)].map(([, url]) => url ?? '')
  return { ...harness, baseUrl: harness.output().trim(), twins }
}
