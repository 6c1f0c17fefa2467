/**
 * Turns logits into probabilities, row by row and in place: e to the power of each, divided by their sum.
 *
 * @param values [rows, columns]
 */
export function softmax(values: Float32Array, columns: number): void {
  for (let start = 0; start < values.length; start += columns) {
    const row = values.subarray(start, start + columns)
    // Less the largest, so that no power is infinite.
    const largest = row.reduce((left, right) => Math.max(left, right), -Infinity)
    const powers = Float64Array.from(row, (value) => Math.exp(value - largest))
    const sum = powers.reduce((total, power) => total + power, 0)
    for (const [column, power] of powers.entries()) row[column] = power / sum
  }
}
