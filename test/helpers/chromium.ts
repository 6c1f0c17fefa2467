import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'

/** Debian's, unless CHROMIUM names another. */
const FILE = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** Why no page can be opened in a real browser; undefined: one can. */
export const whyNoChromium = (): string | undefined =>
  existsSync(FILE) ? undefined : `there is no ${FILE}; CHROMIUM names another one`

/** Starts a browser that shows nothing. */
export const startChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: FILE,
    // Chromium's own sandbox does not start for root.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
