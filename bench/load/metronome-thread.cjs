'use strict'
// A thread that sleeps until each request is due, to a part of a millisecond, and then says so. A timer of the event loop
// knows whole milliseconds only, and is late where the loop is at work.
const { hrtime } = require('node:process')
const { parentPort, workerData } = require('node:worker_threads')

const { arrivals, stopped } = workerData
const now = () => Number(hrtime.bigint()) / 1e6

// A sleep ends late, by the timer's slack (50 µs on Linux) and the time it takes to wake: the last part is spun, but only
// so much of it that this takes no more than a hundredth of a core from the targets.
const LATE_SLEEP = 0.1
const SPUN_SHARE = 0.01
const meanGap = arrivals.length === 0 ? 0 : arrivals[arrivals.length - 1] / arrivals.length
const spun = Math.min(LATE_SLEEP, SPUN_SHARE * meanGap)

/** Says how many are due, each time that it grows, until all are or it is stopped. */
function tick(startedAt) {
  for (let due = 0; due < arrivals.length;) {
    const dueAt = startedAt + arrivals[due]
    const early = dueAt - spun - now()
    // Anything but the time being over is the word to stop.
    if (early > 0 && Atomics.wait(stopped, 0, 0, early) !== 'timed-out') break
    while (now() < dueAt && Atomics.load(stopped, 0) === 0);
    const since = now() - startedAt
    while (due < arrivals.length && arrivals[due] <= since) due += 1
    parentPort.postMessage(due)
  }
  // Else it would wait for another plan.
  parentPort.close()
}

parentPort.once('message', tick)
parentPort.postMessage(0)
