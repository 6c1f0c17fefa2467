import { startFakeHost } from './helpers/fake-host'
import { runClosedLoop } from '../bench/load/closed'
import { toFakePhotos } from './helpers/fake-photos'
import { connect } from 'node:net'
const photos = toFakePhotos(300)
const median = (v: number[]) => [...v].sort((a, b) => a - b)[Math.ceil(v.length / 2) - 1]!
const q = (v: number[], s: number) => [...v].sort((a, b) => a - b)[Math.ceil(v.length * s) - 1]!
async function raw(url: string, n: number) {
  const s = connect(Number(new URL(url).port), '127.0.0.1'); s.setNoDelay(true)
  const times: number[] = []
  for (let i = 0; i < n; i++) {
    const t = performance.now()
    s.write('POST /classify HTTP/1.1\r\ncontent-length: 5\r\n\r\nhello')
    await new Promise((r) => s.once('data', r))
    times.push(performance.now() - t)
  }
  s.destroy()
  return times
}
async function main() {
  const host = await startFakeHost()
  for (let round = 0; round < 3; round++) {
    const p = await host.openPaced(50)
    const t = await raw(p.baseUrl, 40)
    console.log('raw', (median(t) - median((await p.readRecord()).durations)).toFixed(3))
    for (const [concurrency, requests] of [[1, 40], [5, 100], [10, 200], [20, 300]] as const) {
      const server = await host.openPaced(50)
      const c0 = process.cpuUsage()
      const load = await runClosedLoop({ baseUrl: server.baseUrl, photos, order: [...photos.keys()], concurrency, timeLimit: 10000, signal: new AbortController().signal, size: { requests } })
      const cpu = process.cpuUsage(c0)
      const d = (await server.readRecord()).durations
      const own = load.answers.map((a) => a.responseTime)
      console.log(concurrency, (median(own) - median(d)).toFixed(3), 'p10', (q(own, .1) - q(d, .1)).toFixed(3), 'p90', (q(own, .9) - q(d, .9)).toFixed(3), 'p50s', median(d).toFixed(2), 'cpu/req', ((cpu.user + cpu.system) / 1000 / requests).toFixed(3))
    }
  }
  await host.kill()
}
main()
