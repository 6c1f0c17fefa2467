// The open loop: RATE photos a second for DURATION seconds at even times, whether or not others were answered, each on a
// connection of its own.
//
//   k6 run -e PHOTOS=/path/photos -e TARGET=http://127.0.0.1:8080 -e RATE=20 -e DURATION=30 \
//     --out json=container-1.json bench/k6/open.js
import { sendPhoto, teardown, toOptions, toWhole } from './photos.js'

const rate = toWhole('RATE', 10)

export const options = toOptions(
  {
    executor: 'constant-arrival-rate',
    rate,
    timeUnit: '1s',
    duration: `${toWhole('DURATION', 30)}s`,
    // Making a user takes time; where all are busy k6 drops what it should send, and the importer tells.
    preAllocatedVUs: toWhole('VUS', Math.max(10, 2 * rate)),
    maxVUs: 1000,
    gracefulStop: '30s',
  },
  `open:${rate}`,
  { noConnectionReuse: true },
)

export { sendPhoto as default, teardown }
