import assert from 'node:assert/strict'
import { describeTemperature } from '../../../model-training/evaluation/describe-temperature'
import { toText } from '../../../model-training/evaluation/text'
import type { RobustnessRow } from '../../../model-training/evaluation/model-evaluation'
import { bareEvaluation, sampleEvaluation, withEngines, withoutUnseen } from './sample-evaluation'

describe('the summary of an evaluation', () => {
  it('has every figure that was asked for', () => {
    const text = toText(sampleEvaluation())
    for (const expected of [
      /^sample \(abababababab\) on 30 photos \(the test part, as the data say\); 1 more could not be/,
      /Note: a note about the data\./,
      /Not evaluated: food\/cut\.jpg: damaged photo/,
      /Accuracy 0\.833 \(0\.664 to 0\.927\), balanced 0\.833, loss 0\.\d{3} nats \(onnx, sharp\)/,
      /no labelled photo of the label from: accuracy .* 6 photos \(food 2, drink 2, menu 2\)/,
      /no labelled photo at all from: accuracy .* 15 photos/,
      /tiers A and B alone: accuracy .* on 22 photos \(food 0\.\d{3} of \d+, /,
      /ECE 0\.\d{3} over 15 bins\. A temperature of .* fitted to 30 validation photos/,
      /^food +10 +0\.\d{3} +0\.800 +0\.\d{3}$/m,
      /^truth \\ predicted +food +drink +menu$/m,
      /^food +8 +2 +0$/m,
      /^web +15 +0\.\d{3} \(/m,
      /^jpeg-30 +onnx +sharp +0\.\d{3} .* [+-]?\d\.\d \([+-]\d+\.\d to [+-]\d+\.\d\)/m,
      /^onnx +sharp +0\.\d{3} /m,
      /^predict, onnx +0\.600 \(0\.540 to 0\.660\) +0\.500 /m,
      /^decode, sharp +1\.90 /m,
      /Not measured: engine tensorflow: it is not installed\./,
    ]) {
      assert.match(text, expected)
    }
  })

  it('shows of the orientations of EXIF the one that changes most', () => {
    const text = toText(sampleEvaluation())
    assert.match(text, /^exif-6, worst of EXIF/m)
    assert.doesNotMatch(text, /exif-1/)
  })

  it('says of which label no photo comes from a new source', () => {
    assert.match(
      toText(withoutUnseen(['drink'])),
      /^No photo of drink comes from a source that no labelled photo was learnt from: /m,
    )
    assert.doesNotMatch(toText(sampleEvaluation()), /No photo of/)
  })

  it('says which seed made the parts, and of which sample', () => {
    const { data } = sampleEvaluation()
    const say = (photosPerLabel: number | null) =>
      toText(sampleEvaluation({ data: { ...data, splitFrom: 'seed', seed: 7, photosPerLabel } }))
    assert.match(say(null), /30 photos \(the test part, by the seed 7\)/)
    assert.match(say(50), /\(the test part, by the seed 7 of at most 50 photos of each label\)/)
  })

  it('shows an orientation that changes more by one engine than by the others', () => {
    const isWorst = (row: RobustnessRow) => row.variant === 'exif-1' && row.engine === 'wasm'
    const evaluation = withEngines(['onnx', 'wasm'], (row) =>
      isWorst(row) ? { ...row, sameLabel: 0.125 } : row,
    )
    const lines = toText(evaluation).split('\n')
    assert.ok(lines.some((line) => /^jpeg-30 +all +sharp /.test(line)))
    const turned = lines.filter((line) => line.startsWith('exif'))
    assert.equal(turned.length, 1)
    assert.match(turned[0] ?? '', /^exif-1, worst of EXIF +wasm +sharp .* 0\.125$/)
  })

  it('says what is not known or was not measured, and leaves out empty tables', () => {
    const text = toText(bareEvaluation())
    assert.match(text, /30 photos \(all there are\)\./)
    assert.match(text, /Temperature scaling was not tried: it was not asked for\./)
    assert.match(text, /Changed photos: not served, it was not asked for\./)
    assert.doesNotMatch(text, /source|tier|Note|Not (evaluated|measured)|undefined|NaN/)
  })

  it('lists ten photos that failed, and counts the rest', () => {
    const failed = Array.from({ length: 12 }, (_, i) => ({ file: `${i}.jpg`, reason: 'damaged' }))
    const lines = toText(sampleEvaluation({ failed })).split('\n')
    assert.equal(lines.filter((line) => line.startsWith('Not evaluated')).length, 11)
    assert.ok(lines.includes('Not evaluated: 2 more.'))
  })

  it("lets no file's name steer the terminal", () => {
    const failed = [{ file: '\u001b[2J\nfake', reason: 'damaged' }]
    const text = toText(sampleEvaluation({ failed }))
    assert.ok(!text.includes('\u001b'))
    assert.ok(!text.split('\n').includes('fake'))
  })
})

describe('what is said of temperature scaling', () => {
  it('is plain about whether it helps', () => {
    const { temperatureScaling } = sampleEvaluation().calibration
    assert.equal(temperatureScaling.state, 'fitted')
    const say = (verdict: 'helps' | 'harms' | 'undecided') =>
      describeTemperature({ ...temperatureScaling, verdict })
    assert.match(say('helps'), /: it helps\.$/)
    assert.match(say('harms'), /: it harms\.$/)
    assert.match(say('undecided'), /: it is not shown to help\.$/)
  })
})
