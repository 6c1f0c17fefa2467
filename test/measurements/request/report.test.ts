import assert from 'node:assert/strict'
import sharp from 'sharp'
import { readCommittedCore } from '../committed-core'
import { toMarkdown } from '../report'
import { summarise } from './account'
import type { Trial } from './account'
import { toRequestMarkdown } from './markdown'
import { toRequestSvg } from './plot'
import type { RequestMeasurement } from './request'

function toTrial(connections: number): Trial {
  const times = { waitedMs: 0.1 }
  return {
    connections,
    undisturbedCpuMs: 2.4,
    profilerCpuMs: 0.2,
    msPerSwitch: 0.01,
    main: {
      ...times,
      cpuMs: 0.5,
      sampledMs: 0.45,
      work: { http: 0.25, handOver: 0.2 },
      switches: 4,
    },
    worker: {
      ...times,
      cpuMs: 1.9,
      sampledMs: 1.85,
      work: { entropy: 0.35, predict: 1.5 },
      switches: 2,
    },
    helpers: { ...times, cpuMs: 0.1 },
  }
}

const MEASURED: RequestMeasurement = {
  photo: { name: 'small-1.jpg', bytes: 32742, width: 400, height: 300 },
  requestsPerTrial: 1500,
  samplingIntervalUs: 500,
  samplersFirst: true,
  floor: {
    predict: {
      multiplyAccumulates: 54_659_584,
      multiplyAccumulatesPerSecond: 54.2e9,
      matrixSide: 512,
      cpuMs: 1.008,
    },
    decode: { state: 'measured', version: '2.1.5', denominator: 2, cpuMs: 0.275 },
  },
  summary: [1, 10].map((connections) => summarise(connections, [toTrial(connections)])),
  blocks: [[toTrial(1), toTrial(10)]],
  calibrations: [{ switches: 4000, cpuMs: 50, sampledMs: 10 }],
}

/** The cells of the first line that begins so. */
function readRow(markdown: string, start: string): readonly string[] {
  const line = markdown.split('\n').find((each) => each.startsWith(`| ${start}`))
  return (line ?? '').split('|').map((cell) => cell.trim())
}

describe('the report on a request', () => {
  const markdown = toRequestMarkdown(MEASURED, 'of today')

  it('says how far the parts add up', () => {
    assert.match(markdown, /1 at once: the parts add up to the whole within 1\.6 %/)
    assert.deepEqual(readRow(markdown, 'sum of the parts').slice(2, 4), ['2.460', '98.4 %'])
    assert.deepEqual(readRow(markdown, 'the whole').slice(2, 4), ['2.500', '100.0 %'])
  })

  it('has each part with its share, by thread', () => {
    const cells = readRow(markdown, 'predict: ONNX')
    assert.deepEqual(cells.slice(2, 6), ['1.500', '60.0 %', '0.000', '1.500'])
    assert.deepEqual(readRow(markdown, 'HTTP').slice(2, 6), ['0.250', '10.0 %', '0.250', '0.000'])
  })

  it('has what waking takes, and how it is known', () => {
    const cells = readRow(markdown, 'going to sleep')
    assert.deepEqual(cells.slice(2, 6), ['0.060', '2.4 %', '0.040', '0.020'])
    assert.match(markdown, /another process[^]*, 4000 times in all/)
    const readThread = (name: string) => readRow(markdown, `${name} |`).slice(3, 7)
    assert.deepEqual(readThread('main'), ['0.500', '0.450', '4.0', '10.0'])
    assert.deepEqual(readThread('worker'), ['1.900', '1.850', '2.0', '10.0'])
    assert.deepEqual(readThread('helpers'), ['0.100', '', '', ''])
  })

  it("has an interval of a switch's cost where there are blocks enough", () => {
    const trials = [9, 10, 11, 12, 13, 14].map((us) => ({
      ...toTrial(1),
      msPerSwitch: us / 1000,
    }))
    const other = toRequestMarkdown({ ...MEASURED, summary: [summarise(1, trials)] }, '')
    assert.equal(readRow(other, 'main |')[6], '11.5 (9.0 to 14.0)')
  })

  it('has the floor beside what was measured, or why it is not there', () => {
    assert.deepEqual(readRow(markdown, 'predict: 54.7').slice(2, 5), ['1.008', '1.500', '1.500'])
    assert.deepEqual(readRow(markdown, 'decode: libjpeg').slice(2, 5), ['0.275', '0.350', '0.350'])
    const decode = { state: 'unavailable', reason: 'there is no Python' } as const
    const other = toRequestMarkdown({ ...MEASURED, floor: { ...MEASURED.floor, decode } }, '')
    assert.deepEqual(readRow(other, 'decode: not measured (there is no Python)').slice(2, 4), [
      '',
      '0.350',
    ])
  })

  it('says where the samplers had to wait', () => {
    const other = toRequestMarkdown({ ...MEASURED, samplersFirst: false }, '')
    assert.match(other, /CAP_SYS_NICE/)
    assert.doesNotMatch(markdown, /CAP_SYS_NICE/)
  })

  it('has a picture whose bars are as long as their parts', async () => {
    const svg = toRequestSvg(MEASURED.summary)
    const { format, width } = await sharp(Buffer.from(svg)).metadata()
    assert.equal(format, 'svg')
    assert.ok(width > 0)
    const widthOf = (part: string): number =>
      Number(new RegExp(`width="([\\d.]+)" height="26" class="${part}"`).exec(svg)?.[1])
    assert.ok(Math.abs(widthOf('predict') / widthOf('http') - 6) < 0.01)
    // Bars are as wide as to a tenth.
    assert.ok(Math.abs(widthOf('waking') - widthOf('predict') / 25) < 0.1)
  })

  it('is left out where nothing was measured, and makes no other difference', () => {
    const { measured, made } = readCommittedCore()
    const request = { ...made, ...MEASURED }
    const [without, whole] = [undefined, request].map((each) =>
      toMarkdown({ ...measured, request: each }),
    )
    const section = /## Where the CPU time[^]*(?=## Engines)/
    assert.doesNotMatch(without!, section)
    assert.match(whole!, section)
    assert.equal(whole!.replace(section, ''), without)
  })
})
