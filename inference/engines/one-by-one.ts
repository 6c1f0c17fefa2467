import type { Engine } from '../engine'

type Predict = Engine['predict']

/** Predicts one photo after the other, for a model that takes no more at a time. */
export function oneByOne(predict: Predict): Predict {
  return async (pixels, batch) => {
    if (batch === 1) return predict(pixels, 1)
    const length = pixels.length / batch
    const rows: Float32Array[] = []
    for (let at = 0; at < batch; at++) {
      rows.push(await predict(pixels.subarray(at * length, (at + 1) * length), 1))
    }
    return concatenate(rows)
  }
}

function concatenate(rows: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(rows.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const row of rows) {
    whole.set(row, at)
    at += row.length
  }
  return whole
}
