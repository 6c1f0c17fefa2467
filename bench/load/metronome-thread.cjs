'use strict'
// A thread that sleeps until each request is due, to a part of a millisecond, and then says so. A timer of the event loop
// knows whole milliseconds only, and is late where the loop is at work.
const { hrtime } = require('node:process')
const { parentPort, workerData } = require('node:worker_threads')

const { arrivals, stopped } = workerData
const now = () => Number(hrtime.bigint()) / 1e6

/** Says how many are due, each time that it grows, until all are or it is stopped. */
function tick(startedAt) {
  for (let due = 0; due < arrivals.length;) {
    const early = startedAt + arrivals[due] - now()
    // Anything but the time being over is the word to stop.
    if (early > 0 && Atomics.wait(stopped, 0, 0, early) !== 'timed-out') break
    const since = now() - startedAt
    while (due < arrivals.length && arrivals[due] <= since) due += 1
    parentPort.postMessage(due)
  }
  // Else it would wait for another plan.
  parentPort.close()
}

parentPort.once('message', tick)
parentPort.postMessage(0)
