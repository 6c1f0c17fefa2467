import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { source as axe } from 'axe-core'
import type { Browser, BrowserContextOptions, FileChooser, Page } from 'playwright-core'
import { goodPhotos } from '../fixtures/good-photos'
import type { FixturePhoto } from '../fixtures/good-photos'
import { startChromium, whyNoChromium } from '../helpers/chromium'
import { skipUnless } from '../helpers/optional'
import { startPage } from '../helpers/page-process'
import type { PageProcess } from '../helpers/page-process'
import { startServer } from '../helpers/server-process'
import type { ServerProcess } from '../helpers/server-process'
import { until } from '../helpers/until'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'

const FIRST_LOAD_BYTES = 100_000
const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }
const NARROWEST = { viewport: { width: 320, height: 640 } }
/** Of a wait, below mocha's own: a busy machine is slow. */
const WAIT_LIMIT_MS = 150_000
const LABELS = ['food', 'drink', 'menu', 'inside', 'outside']

/** What went wrong on a page that nobody sees. */
interface Watched {
  readonly page: Page
  readonly requests: readonly string[]
  /** What its policy refused, and errors of its script. */
  readonly complaints: readonly string[]
}

describe('the page in a browser', () => {
  const folder = useTemporaryFolder()
  let browser: Browser | undefined
  let server: PageProcess | undefined
  let photos: readonly FixturePhoto[]

  before(async function () {
    skipUnless(this, whyNoChromium())
    photos = (await goodPhotos()).filter(({ width }) => width === 400).slice(0, 3)
    const run = join(folder(), 'run')
    await mkdir(run)
    const report =
      '<!doctype html><title>VALID: a run</title><style>h1 { color: red }</style><h1>Run</h1>'
    await writeFile(join(run, 'report.html'), report)
    browser = await startChromium()
    server = await startPage(['--report', run])
  })
  after(async () => {
    await browser?.close()
    server?.kill('SIGTERM')
    await server?.ended
  })
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close()
  })

  async function newPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser!.newContext(options)
    context.setDefaultTimeout(WAIT_LIMIT_MS)
    return context.newPage()
  }

  async function open(
    options: BrowserContextOptions = {},
    address = server!.baseUrl,
  ): Promise<Watched> {
    const page = await newPage(options)
    const [requests, complaints]: [string[], string[]] = [[], []]
    page.on('request', (request) => requests.push(request.url()))
    page.on('pageerror', ({ message }) => complaints.push(message))
    page.on('console', (message) => {
      // The browser's own line on an answer that is a refusal.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        complaints.push(message.text())
      }
    })
    await page.exposeFunction('tellViolation', (text: string) => complaints.push(text))
    await page.addInitScript(
      `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => tellViolation(violatedDirective + ' ' + blockedURI))`,
    )
    await page.goto(address)
    await page.waitForSelector('html[data-started]')
    return { page, requests, complaints }
  }

  const toFile = ({ name, contentType, bytes }: FixturePhoto) => ({
    name,
    mimeType: contentType,
    buffer: Buffer.from(bytes),
  })

  /** More than any target takes. */
  async function writeLarge(): Promise<string> {
    const file = join(folder(), 'large.jpg')
    await writeFile(file, Buffer.alloc(11_000_000))
    return file
  }

  /** As a file manager does it. */
  async function drop(page: Page, photo: FixturePhoto): Promise<void> {
    const base64 = Buffer.from(photo.bytes).toString('base64')
    const transfer = await page.evaluateHandle(`(() => {
      const bytes = Uint8Array.from(atob(${JSON.stringify(base64)}), (sign) => sign.charCodeAt(0))
      const transfer = new DataTransfer()
      transfer.items.add(new File([bytes], ${JSON.stringify(photo.name)}, { type: 'image/jpeg' }))
      return transfer
    })()`)
    await page.dispatchEvent('#drop', 'dragover', { dataTransfer: transfer })
    assert.ok(await page.locator('#drop.over').isVisible())
    await page.dispatchEvent('#drop', 'drop', { dataTransfer: transfer })
  }

  const countSigns = (page: Page): Promise<number> => page.locator('#chart .signs > *').count()
  // By locators: a function that is waited for is evaluated within the page, whose policy forbids that.
  const untilSigns = (page: Page, atLeast: number): Promise<void> =>
    page
      .locator('#chart .signs > *')
      .nth(atLeast - 1)
      .waitFor()
  const untilStatus = (page: Page, start: string): Promise<void> =>
    page.locator('#run-status', { hasText: new RegExp(`^${start}`) }).waitFor()

  async function go(page: Page, count: number, atOnce = '1'): Promise<void> {
    await page.fill('#count', String(count))
    await page.selectOption('#at-once', atOnce)
    await page.click('#go')
  }

  /** Holds photos back until they are let through, so many at a time: a run is not over before a slow test can stop it. */
  async function hold(page: Page): Promise<(count: number) => void> {
    let free = 0
    let held: (() => void)[] = []
    await page.route('**/targets/*/classify', async (route) => {
      while (free === 0) await new Promise<void>((resolve) => held.push(resolve))
      free -= 1
      // Who was held while the run was stopped is not there any more.
      await route.continue().catch(() => undefined)
    })
    return (count) => {
      free += count
      const waiting = held
      held = []
      for (const resume of waiting) resume()
    }
  }

  /** Their cells' texts; a request each. */
  const readRows = (page: Page): Promise<readonly (readonly string[])[]> =>
    page.evaluate(
      `[...document.querySelectorAll('#rows tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))`,
    )

  it('tells label, probabilities and times of a dropped photo', async () => {
    const { page } = await open()
    await drop(page, photos[0]!)
    const card = page.locator('.photo')
    await card.locator('.label').waitFor()
    const [label = ''] = (await card.locator('.label').innerText()).split(' ')
    assert.ok(LABELS.includes(label), label)
    assert.deepEqual(await card.locator('.share-name').allTextContents(), LABELS)
    const shares = (await card.locator('.shares .number').allTextContents()).map(parseFloat)
    assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 100) < 0.5, String(shares))
    assert.equal(await card.locator('.chosen .share-name').textContent(), label)
    assert.match(await card.innerText(), /[\d.]+ ms round trip, [\d.]+ of it processing · function/)
    assert.equal(
      await page
        .locator('#outcome')
        .textContent()
        .then((text) => text?.split(',')[0]),
      `${photos[0]!.name}: ${label}`,
    )
    await until(async () => {
      const width = await page.evaluate<number>(`document.querySelector('.photo img').naturalWidth`)
      return width > 0 || undefined
    })
    assert.equal(await page.locator('#drop.over').count(), 0)
  })

  it('says of each file by itself what is wrong with it', async () => {
    const { page, complaints } = await open()
    const text = { name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('no photo') }
    const cut = {
      ...toFile(photos[0]!),
      name: 'cut.jpg',
      buffer: toFile(photos[0]!).buffer.subarray(0, 9000),
    }
    await page.setInputFiles('#choose', [text, cut, toFile(photos[1]!)])
    await page.setInputFiles('#choose', await writeLarge())
    await page.locator('.photo .label').waitFor()
    await page.locator('.photo .error').nth(2).waitFor()
    const errors = await page.locator('.photo:has(.error)').allInnerTexts()
    const of = (name: string): string => errors.find((error) => error.includes(name)) ?? ''
    assert.match(of('note.txt'), /text\/plain|not a JPEG/)
    assert.match(of('cut.jpg'), /damaged|cut off|end/i)
    assert.match(of('large.jpg'), /more than the \d+ bytes accepted/)
    assert.deepEqual(complaints, [])
    assert.match((await page.locator('#sent').textContent()) ?? '', /^The 1 photo above is sent/)
  })

  it("offers a telephone's camera, and takes its photo", async () => {
    const { page } = await open(PHONE)
    const camera = page.locator('#camera')
    assert.equal(await camera.getAttribute('capture'), 'environment')
    assert.equal(await camera.getAttribute('accept'), 'image/*')
    assert.ok(await page.getByLabel('Take a photo').isVisible())
    await camera.setInputFiles(toFile(photos[0]!))
    await page.locator('.photo .label').waitFor()
  })

  it('lets the user say which twin answers', async () => {
    const { page, requests } = await open()
    await page.getByLabel('Answered by').selectOption('container')
    await page.setInputFiles('#choose', toFile(photos[0]!))
    await page.getByText(/ms round trip.* · container, photo-net/).waitFor()
    assert.deepEqual(toAsked(requests), [`${server!.baseUrl}/targets/container/classify`])
  })

  it('compares both twins side by side on the chosen photos', async () => {
    const { page, requests } = await open()
    await page.setInputFiles('#choose', photos.map(toFile))
    await page.locator('.photo .label').nth(2).waitFor()
    await go(page, 3)
    await untilSigns(page, 1)
    await untilStatus(page, 'Done: median function ')
    await page.getByText('Every request', { exact: true }).click()
    const rows = await readRows(page)
    assert.equal(rows.length, 6)
    for (const name of ['function', 'container']) {
      const own = rows.filter(([, target]) => target === name)
      assert.deepEqual(
        own.map(([number]) => number),
        ['3', '2', '1'],
      )
      for (const row of own) {
        const [roundTrip, processing, waiting] = row.slice(2, 5).map(Number)
        // Each is rounded by itself.
        assert.ok(Math.abs(roundTrip! - processing! - waiting!) < 0.11, row.join())
        assert.ok(LABELS.includes(row[5]!), row.join())
      }
    }
    await untilSigns(page, 6)
    assert.match(
      await page.locator('#ratio').innerText(),
      /^Round trip, function \/ container: \d+\.\d\d$/,
    )
    assert.deepEqual(await page.locator('#summary tbody th').allTextContents(), [
      'function',
      'container',
    ])
    assert.equal(toAsked(requests).length, 3 + 2 + 6)
    assert.match(await page.locator('#results').innerText(), /demonstration, not a measurement/)
  })

  it('draws on while a run goes on, which can be stopped, and starts anew', async () => {
    const { page } = await open()
    const letThrough = await hold(page)
    letThrough(20)
    await go(page, 200)
    await untilSigns(page, 4)
    const early = await countSigns(page)
    letThrough(20)
    await untilSigns(page, early + 1)
    await page.click('#stop')
    await untilStatus(page, 'Stopped after ')
    const status = (await page.locator('#run-status').textContent()) ?? ''
    const answered = Number(/Stopped after (\d+) of 400/.exec(status)?.[1])
    assert.ok(answered > early && answered < 400, status)
    assert.equal((await readRows(page)).length, answered)
    await untilSigns(page, answered)
    assert.ok(await page.locator('#go').isEnabled())
    assert.ok(await page.locator('#stop').isDisabled())
    letThrough(200)
    await go(page, 2, '5')
    await untilStatus(page, 'Done')
    assert.equal((await readRows(page)).length, 4)
  })

  it('says what the number accepts, and sends nothing', async () => {
    const { page, requests } = await open()
    for (const wrong of ['0', '201', '1.5', '']) {
      await page.fill('#count', wrong)
      await page.click('#go')
      const message = await page.locator('#count-error').textContent()
      assert.match(message ?? '', /whole number from 1 to 200/, wrong)
      assert.equal(await page.locator('#count').getAttribute('aria-invalid'), 'true')
    }
    assert.equal(toAsked(requests).length, 0)
    await go(page, 1)
    await untilStatus(page, 'Done')
    assert.equal(await page.locator('#count').getAttribute('aria-invalid'), null)
  })

  it('is used by keyboard alone, and never holds the focus', async () => {
    const { page } = await open()
    // Long before the key: the browser has to hear of it, else it opens a dialog of its own.
    const chosen = new Promise<FileChooser>((resolve) => page.once('filechooser', resolve))
    const focused = (): Promise<string> =>
      page.evaluate<string>(
        `document.activeElement.id || document.activeElement.tagName + document.activeElement.textContent.trim()`,
      )
    const path: string[] = []
    for (let presses = 0; presses < 12; presses++) {
      await page.keyboard.press('Tab')
      path.push(await focused())
      assert.notEqual(
        await page.evaluate<string>(`(() => {
          const shown = document.activeElement.closest('.button') ?? document.activeElement
          return getComputedStyle(shown).outlineStyle
        })()`),
        path.at(-1)!.startsWith('BODY') ? '' : 'none',
        path.at(-1),
      )
    }
    const expected = [
      'choose',
      'asked-target',
      'count',
      'at-once',
      'go',
      'AVALID: a run',
      'SUMMARYShow it here',
    ]
    assert.match(path[0]!, /^ATo the content/)
    assert.deepEqual(path.slice(1, 1 + expected.length), expected)
    assert.ok(
      path.slice(1 + expected.length).some((where) => where.startsWith('BODY')),
      path.join(),
    )
    await page.focus('#count')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('200')
    await page.keyboard.press('Enter')
    await untilSigns(page, 2)
    await page.focus('#stop')
    await page.keyboard.press('Enter')
    await untilStatus(page, 'Stopped')
    assert.equal(await focused(), 'go')
    await page.focus('#choose')
    await page.keyboard.press('Enter')
    await (await chosen).setFiles(toFile(photos[0]!))
    await page.locator('.photo .label').waitFor()
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has nothing that axe finds inaccessible, in ${colorScheme}`, async () => {
      const { page } = await open({ colorScheme, reducedMotion: 'reduce' })
      await assertAccessible(page)
      await page.setInputFiles('#choose', [
        toFile(photos[0]!),
        { name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('no photo') },
      ])
      await page.locator('.photo .label').waitFor()
      await page.locator('.photo .error').waitFor()
      await go(page, 3)
      await untilStatus(page, 'Done')
      await page.getByText('Every request', { exact: true }).click()
      await page.fill('#count', '0')
      await page.click('#go')
      await page.getByText('Show it here').click()
      await assertAccessible(page)
    })
  }

  it('shows the report within it, where scripts cannot run, only when asked', async () => {
    const { page, requests, complaints } = await open()
    assert.ok(!requests.some((url) => url.endsWith('/report')))
    await page.getByText('Show it here').click()
    const frame = page.frameLocator('iframe')
    await frame.getByRole('heading', { name: 'Run' }).waitFor()
    const color = await page
      .frames()[1]!
      .evaluate<string>(`getComputedStyle(document.querySelector('h1')).color`)
    assert.equal(color, 'rgb(255, 0, 0)')
    assert.equal(await page.locator('iframe').getAttribute('sandbox'), '')
    assert.deepEqual(complaints, [])
    await page.getByRole('link', { name: 'VALID: a run' }).click()
    await page.waitForURL(`${server!.baseUrl}/report`)
    // In a page without our ears, which are scripts.
    const alone = await newPage()
    await alone.goto(`${server!.baseUrl}/report`)
    assert.equal(await alone.locator('h1').textContent(), 'Run')
  })

  it('asks nobody but its own server, and does nothing that its policy refuses', async () => {
    const { page, requests, complaints } = await open()
    await drop(page, photos[0]!)
    await page.locator('.photo .label').waitFor()
    await go(page, 2)
    await untilStatus(page, 'Done')
    await page.getByText('Show it here').click()
    await page.frameLocator('iframe').locator('h1').waitFor()
    const origins = new Set(requests.map((url) => new URL(url).origin))
    assert.deepEqual([...origins], [new URL(server!.baseUrl).origin])
    assert.deepEqual(complaints, [])
  })

  it(`is there after less than ${FIRST_LOAD_BYTES} bytes`, async () => {
    const page = await newPage()
    const session = await page.context().newCDPSession(page)
    await session.send('Network.enable')
    // Of headers and compressed bodies, as they came in.
    let bytes = 0
    let answers = 0
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength
      answers += 1
    })
    await page.goto(server!.baseUrl, { waitUntil: 'networkidle' })
    await page.waitForSelector('html[data-started]')
    console.log(`      ${bytes} bytes in ${answers} answers`)
    // The page, its script, its style and whom it may ask, at least.
    assert.ok(answers >= 4)
    assert.ok(bytes > 0 && bytes <= FIRST_LOAD_BYTES, `${bytes} bytes`)
  })

  for (const [name, options] of [
    ['a telephone', PHONE],
    ['a window of 320 px', NARROWEST],
  ] as const) {
    it(`needs no scrolling sideways on ${name}`, async () => {
      const { page } = await open(options)
      const overflow = (): Promise<number> =>
        page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
      assert.ok((await overflow()) <= 0)
      await page.setInputFiles('#choose', {
        ...toFile(photos[0]!),
        name: `${'a-long-name-without-a-space'.repeat(5)}.jpg`,
      })
      await page.locator('.photo .label').waitFor()
      await go(page, 3)
      await untilStatus(page, 'Done')
      await page.getByText('Every request', { exact: true }).click()
      await page.getByText('Show it here').click()
      await page.frameLocator('iframe').locator('h1').waitFor()
      assert.ok((await overflow()) <= 0, `${await overflow()} px`)
    })
  }

  it('says so when its server is gone, and when a target is', async () => {
    const lonely = await startPage(['--target', 'gone=http://127.0.0.1:9'])
    try {
      const { page } = await open({}, lonely.baseUrl)
      await page.setInputFiles('#choose', toFile(photos[0]!))
      await page.getByText('Gone does not listen: is it running?', { exact: true }).waitFor()
      await go(page, 2)
      await untilStatus(page, 'Done: nobody answered')
      assert.deepEqual(await page.locator('#summary tbody td').last().textContent(), '0 of 2')
      lonely.kill('SIGTERM')
      await lonely.ended
      await page.setInputFiles('#choose', toFile(photos[0]!))
      await page.getByText('The page’s server cannot be reached.').waitFor()
    } finally {
      lonely.kill('SIGTERM')
      await lonely.ended
    }
  })

  describe('of a container that knows of no other target', () => {
    let container: ServerProcess | undefined
    before(async () => {
      container = await startServer({ file: 'dist/container/main.js', env: { WORKERS: '1' } })
    })
    after(() => container?.stop())

    it('classifies photos by the container itself, and says how the other twin is added', async () => {
      const { page, requests, complaints } = await open({}, container!.baseUrl)
      await page.setInputFiles('#choose', toFile(photos[0]!))
      await page.getByText(/ms round trip.* · container, photo-net/).waitFor()
      assert.deepEqual(toAsked(requests), [`${container!.baseUrl}/classify`])
      assert.ok(await page.locator('#asked').isHidden())
      assert.match(
        await page.locator('#compare-hint').innerText(),
        /Only container .*PAGE_TARGETS=/s,
      )
      assert.match(await page.locator('#report').innerText(), /No report here; npm run compare/)
      await go(page, 2)
      await untilStatus(page, 'Done: median container ')
      assert.equal(await page.locator('#ratio').textContent(), '')
      assert.deepEqual(complaints, [])
    })

    it('refuses its photos with its own words', async () => {
      const { page } = await open({}, container!.baseUrl)
      await page.setInputFiles('#choose', await writeLarge())
      await page.locator('.photo .error').waitFor()
      assert.match(await page.locator('.photo .error').innerText(), /bytes accepted/)
    })
  })
})

const toAsked = (requests: readonly string[]): readonly string[] =>
  requests.filter((url) => url.endsWith('/classify'))

interface Violation {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

/** All rules of axe, best practices among them. */
async function assertAccessible(page: Page): Promise<void> {
  await page.evaluate(axe)
  const violations = await page.evaluate<readonly Violation[]>(
    `axe.run(document, { iframes: false }).then(({ violations }) => violations)`,
  )
  const told = violations.map(
    ({ id, impact, nodes }) =>
      `${id} (${impact}): ${nodes.map(({ html, failureSummary = '' }) => `${html} ${failureSummary}`).join('\n')}`,
  )
  assert.deepEqual(told, [])
}
