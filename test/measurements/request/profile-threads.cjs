/**
 * Preloaded into a server (`--require`), and by it into each of its threads: SIGUSR2 starts V8's CPU profiler in all of
 * them, the next one ends it. Each thread tells what it has done by a file in PROFILE_FOLDER (profiled-server.ts). Between
 * two signals nothing of it runs.
 */
const { readlinkSync, renameSync, writeFileSync } = require('node:fs')
const { Session } = require('node:inspector')
const { basename, join } = require('node:path')
const process = require('node:process')
const { BroadcastChannel, isMainThread } = require('node:worker_threads')

const folder = process.env['PROFILE_FOLDER']
const interval = Number(process.env['PROFILE_INTERVAL_US'])
/** The kernel's number of this thread, which Node does not tell. */
const tid = Number(basename(readlinkSync('/proc/thread-self')))

/** A file is seen as a whole or not at all. */
function tell(state, content) {
  const file = join(folder, `${state}-${round}-${tid}.json`)
  writeFileSync(`${file}.part`, JSON.stringify(content))
  renameSync(`${file}.part`, file)
}

let session
let round = 0

function post(method, parameters) {
  let answer
  session.post(method, parameters, (error, result) => {
    if (error) throw new Error(`${method}: ${error.message}`)
    answer = result
  })
  return answer
}

function start() {
  session = new Session()
  session.connect()
  post('Profiler.enable')
  post('Profiler.setSamplingInterval', { interval })
  post('Profiler.start')
  tell('started', {})
}

function stop() {
  const { profile } = post('Profiler.stop')
  session.disconnect()
  session = undefined
  tell('profile', { tid, isMainThread, profile })
  round++
}

const toggle = () => (session === undefined ? start() : stop())

const channel = new BroadcastChannel('photo-twin/profile')
if (isMainThread) {
  process.on('SIGUSR2', () => {
    channel.postMessage('toggle')
    toggle()
  })
} else {
  channel.onmessage = toggle
}
channel.unref()
