import assert from 'node:assert/strict'
import { toPage } from '../../../model-training/evaluation/page/page'
import { parsePage } from '../../bench/report/read-table'
import { assertWellFormed } from '../../bench/report/well-formed'
import { bareEvaluation, sampleEvaluation, withEngines, withoutUnseen } from './sample-evaluation'

const EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>\'&amp;\u0000\n</style>'
const PIXEL = 'data:image/jpeg;base64,AAAA'

/** A page in which every text from outside is hostile. */
function evilPage(): string {
  const evaluation = sampleEvaluation({
    failed: [{ file: EVIL, reason: EVIL }],
    warnings: [EVIL],
    unavailable: [{ kind: 'engine', name: EVIL, reason: EVIL }],
  })
  const replaced = JSON.parse(
    JSON.stringify(evaluation)
      .replaceAll(/"(food|web|sample|A processor|onnx|jpeg-30|C)"/g, JSON.stringify(EVIL))
      .replaceAll('food/', `${JSON.stringify(EVIL).slice(1, -1)}/`),
  ) as typeof evaluation
  return toPage(replaced, new Map(replaced.mistakes.map(({ file }) => [file, PIXEL])))
}

const all = async (html: string, selector: string) =>
  Array.from((await parsePage(html)).querySelectorAll(selector))

describe('the page of an evaluation', () => {
  it('has the figures, the matrix, the plot and the tables', async () => {
    const page = await parsePage(toPage(sampleEvaluation()))
    assert.equal(page.querySelector('h1')?.textContent, 'Evaluation of sample')
    const figures = Array.from(page.querySelectorAll('dd'), ({ textContent }) => textContent)
    assert.match(figures[0] ?? '', /^0\.8330\.664 to 0\.927$/)
    const captions = Array.from(page.querySelectorAll('caption'), (one) => one.textContent)
    assert.deepEqual(captions, [
      'Truth in rows, prediction in columns: photos, and their share of the row',
      'Each label',
      'How sure, and how often right',
      'Photos by what is known of them',
      'Licence tiers A and B alone',
      'Each source',
      'Each label of each source',
      'Photos changed before they were served',
      'Each engine with each decoder',
      'Processor ms a photo: median of the rounds, interval of order statistics',
      'Photos that are not evaluated',
    ])
    const links = Array.from(page.querySelectorAll('nav a'), (link) => link.getAttribute('href'))
    assert.deepEqual(
      links,
      Array.from(page.querySelectorAll('section h2'), ({ id }) => `#${id}`),
    )
  })

  it('colours a cell of the matrix by its share of the row', async () => {
    const rows = await all(toPage(sampleEvaluation()), '.heat tbody tr')
    const cells = Array.from(rows[0]?.querySelectorAll('td') ?? [])
    assert.deepEqual(
      cells.map(({ textContent }) => textContent),
      ['880 %', '220 %', '0'],
    )
    assert.deepEqual(
      cells.map((cell) => cell.getAttribute('style')),
      ['background:rgba(9,105,218,0.480)', 'background:rgba(207,34,46,0.120)', null],
    )
  })

  it('lists what is taken for what where the labels are too many for a matrix', async () => {
    const labels = Array.from({ length: 31 }, (_, i) => `label ${i}`)
    const confusion = labels.map((_, i) => labels.map((_label, j) => (i === 0 && j < 3 ? j : 0)))
    const sample = sampleEvaluation({ confusion })
    const html = toPage({ ...sample, model: { ...sample.model, labels } })
    assert.deepEqual(await all(html, '.heat'), [])
    const [table] = await all(html, 'table')
    const rows = Array.from(table?.querySelectorAll('tbody tr') ?? [], (row) => row.textContent)
    assert.deepEqual(rows, ['label 0label 22', 'label 0label 11'])
  })

  it('says of which label no photo comes from a new source', async () => {
    const sentence =
      'No photo of drink comes from a source that no labelled photo was learnt from: '
    const isSaid = async (html: string) =>
      (await all(html, 'section p')).some(({ textContent }) => textContent.startsWith(sentence))
    assert.ok(await isSaid(toPage(withoutUnseen(['drink']))))
    assert.ok(!(await isSaid(toPage(sampleEvaluation()))))
  })

  it('gives engines that agree on a changed photo one row', async () => {
    const rowsOf = async (html: string) => {
      const tables = await all(html, 'table')
      const changed = tables.find(
        (table) =>
          table.querySelector('caption')?.textContent === 'Photos changed before they were served',
      )
      return Array.from(changed?.querySelectorAll('tbody tr') ?? [], (row) =>
        Array.from(row.querySelectorAll('th, td'), ({ textContent }) => textContent).slice(0, 3),
      )
    }
    const names = ['onnx', 'wasm']
    const agreed = await rowsOf(toPage(withEngines(names)))
    assert.deepEqual(agreed[0], ['jpeg-30', 'all', 'sharp'])
    assert.equal(agreed.length, 3)
    const html = toPage(
      withEngines(names, (row) => (row.engine === 'wasm' ? { ...row, sameLabel: 0.5 } : row)),
    )
    assert.deepEqual((await rowsOf(html)).slice(0, 2), [
      ['jpeg-30', 'onnx', 'sharp'],
      ['jpeg-30', 'wasm', 'sharp'],
    ])
  })

  it('draws a bar for each bin with photos, in words, too', async () => {
    const html = toPage(sampleEvaluation())
    const { bins } = sampleEvaluation().calibration
    const filled = bins.filter(({ photos }) => photos > 0)
    assert.equal((await all(html, 'svg .bar')).length, filled.length)
    const [svg] = await all(html, 'svg')
    assert.equal(svg?.getAttribute('role'), 'img')
    assert.match(svg.getAttribute('aria-label') ?? '', /confidence 0\.\d{3}: accuracy/)
    assertWellFormed(/<svg.*<\/svg>/s.exec(html)?.[0] ?? '')
  })

  it('shows the worst mistakes with probabilities, and photos only where they are given', async () => {
    const evaluation = sampleEvaluation()
    const plain = toPage(evaluation)
    const items = await all(plain, '.mistakes li')
    assert.equal(items.length, evaluation.mistakes.length)
    assert.equal(items[0]?.textContent, 'menu 0.780is drink (0.110)drink/28.jpg')
    assert.ok(!plain.includes('<img'))
    const [first] = evaluation.mistakes
    const images = await all(toPage(evaluation, new Map([[first?.file ?? '', PIXEL]])), 'img')
    assert.deepEqual(
      images.map((image) => [image.getAttribute('src'), image.getAttribute('alt')]),
      [[PIXEL, 'drink/28.jpg']],
    )
  })

  it('lets nothing of a file name, label, source or reason become markup', async () => {
    const html = evilPage()
    assert.ok(html.includes('&lt;script&gt;'))
    assert.ok(!html.includes('\u0000'))
    for (const hostile of ['script', 'img[onerror]', 'img[src="x"]']) {
      assert.deepEqual(await all(html, hostile), [])
    }
    assert.equal((await all(html, 'style')).length, 1)
    assert.equal(html.split('</style>').length, 2)
  })

  it('needs nothing from anywhere, and allows no script', () => {
    const html = evilPage()
    assert.match(html, /content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"/)
    const links = [...html.matchAll(/(?:href|src|url|action)\s*[=(]\s*["']?([^"')\s>]+)/gi)]
    const ours = links.map(([, link]) => link ?? '').filter((link) => !/^(#|data:)/.test(link))
    // What is left is text: the hostile name, whose signs are escaped.
    assert.deepEqual([...new Set(ours)], ['x'])
    assert.ok(!/@import|<link|<iframe/i.test(html))
  })

  it('leaves out what there is nothing to say of', async () => {
    const html = toPage(bareEvaluation())
    const titles = (await all(html, 'h2')).map(({ textContent }) => textContent)
    assert.deepEqual(titles, [
      ...['Labels', 'Calibration', 'Changed photos', 'Engines and decoders', 'Worst mistakes'],
    ])
    assert.deepEqual(await all(html, '.notes'), [])
    assert.ok(!/undefined|NaN/.test(html))
  })
})
