const DIGITS = 8

/**
 * A figure as a report has it: exponentials and powers differ in their last digit from one Node.js to another, and a report is
 * the same on all of them.
 */
export const toTold = (value: number): number => Number(value.toPrecision(DIGITS))
