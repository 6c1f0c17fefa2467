// The closed loop: each of VUS users sends the next photo when the last was answered, REQUESTS in all.
//
//   k6 run -e PHOTOS=/path/photos -e TARGET=http://127.0.0.1:8080 -e VUS=10 -e REQUESTS=500 \
//     --out json=container-1.json bench/k6/closed.js
import { sendPhoto, teardown, toOptions, toWhole } from './photos.js'

const vus = toWhole('VUS', 10)

export const options = toOptions(
  {
    executor: 'shared-iterations',
    vus,
    iterations: toWhole('REQUESTS', 500),
    maxDuration: '60m',
  },
  `closed:${vus}`,
)

export { sendPhoto as default, teardown }
