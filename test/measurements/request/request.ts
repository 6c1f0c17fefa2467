import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { goodPhotos } from '../../fixtures/good-photos'
import { summarise, toMsPerSwitch, toProcessMs, toTrial } from './account'
import type { Calibration, Condition, Trial } from './account'
import { measureFloor } from './floor'
import type { Floor } from './floor'
import { load } from './load'
import { toWorkMs } from './profile'
import { startProfiledServer } from './profiled-server'
import type { ProfiledServer } from './profiled-server'
import type { ProfilerSettings } from './profiler'
import { startSleeper } from './sleeper'
import type { Sleeper } from './sleeper'
import { createToSource } from './sources'
import type { ToSource } from './sources'
import { readThreads, toAdded, whyNoThreads } from './threads'
import type { ThreadTimes } from './threads'

/** What `measureRequest` found. */
export interface RequestMeasurement {
  readonly photo: {
    readonly name: string
    readonly bytes: number
    readonly width: number
    readonly height: number
  }
  readonly requestsPerTrial: number
  readonly samplingIntervalUs: number
  /** Whether the samplers had a core whenever they wanted one, which takes CAP_SYS_NICE. */
  readonly samplersFirst: boolean
  readonly floor: Floor
  readonly summary: readonly Condition[]
  /** Their trials. */
  readonly blocks: readonly (readonly Trial[])[]
  /** Of each block, what tells the cost of a switch. */
  readonly calibrations: readonly Calibration[]
}

const REQUESTS = 1500
const WARM_UP_REQUESTS = 3000
const CONNECTIONS = [1, 10]
/** Of a sleeper in a block; some two seconds. */
const WAKES = 2000

/**
 * A signal to the thread that it finds idle wakes it, which costs more than one that finds it at work: at 200 µs a request
 * took 5 % and more of CPU on top, at this 1.5 %.
 */
const SAMPLING_INTERVAL_US = 500

/**
 * Beyond it somebody else needed the cores: when a message wakes the other thread and there is no core for both, the one
 * that sent it leaves its own while it sends, and is found there again and again.
 */
const MOST_DIFFERENCE = 0.05

const ROOT = join(__dirname, '../../..')

/**
 * Where the CPU time of a request goes: V8's profiles of the container twin's threads under load, by what their functions
 * work on, beside what the kernel says that the same requests took.
 */
export async function measureRequest({
  blocks: count,
}: {
  readonly blocks: number
}): Promise<RequestMeasurement> {
  const reason = whyNoThreads()
  if (reason !== undefined) throw new Error(reason)
  const photo = (await goodPhotos())[0]!
  const { name, bytes, width, height } = photo
  const floor = await measureFloor(photo)
  const folder = await mkdtemp(join(tmpdir(), 'photo-twin-profiles-'))
  const started: { stop(): Promise<void> }[] = []
  async function start<Started extends { stop(): Promise<void> }>(
    what: (settings: ProfilerSettings) => Promise<Started>,
  ): Promise<Started> {
    const own = await mkdtemp(join(folder, 'of-'))
    const running = await what({ folder: own, samplingIntervalUs: SAMPLING_INTERVAL_US })
    started.push(running)
    return running
  }
  let measured: Measured
  try {
    const sleeper = await start(startSleeper)
    const server = await start(startProfiledServer)
    measured = await measureBlocks({ server, sleeper, photo: bytes, count })
  } finally {
    await Promise.all(started.map((running) => running.stop()))
    await rm(folder, { recursive: true })
  }
  const { samplersFirst, blocks, calibrations } = measured
  const summary = CONNECTIONS.map((connections, i) =>
    summarise(
      connections,
      blocks.map((trials) => trials[i]!),
    ),
  )
  for (const { connections, difference } of summary) {
    if (difference <= MOST_DIFFERENCE) continue
    const percent = (difference * 100).toFixed(1)
    process.stderr.write(
      `${connections} at once: the parts are ${percent} % from the whole; a machine with nothing else to do comes closer\n`,
    )
  }
  return {
    photo: { name, bytes: bytes.length, width, height },
    requestsPerTrial: REQUESTS,
    samplingIntervalUs: SAMPLING_INTERVAL_US,
    samplersFirst,
    floor,
    summary,
    blocks,
    calibrations,
  }
}

type Measured = Pick<RequestMeasurement, 'samplersFirst' | 'blocks' | 'calibrations'>

interface BlocksOptions {
  readonly server: ProfiledServer
  readonly sleeper: Sleeper
  readonly photo: Uint8Array
  readonly count: number
}

async function measureBlocks(options: BlocksOptions): Promise<Measured> {
  const { server, sleeper, photo, count } = options
  const toSource = createToSource(ROOT)
  // Profiled, too: of code that V8 optimises while nobody does, it does not know which functions are in it.
  const samplersFirst = await server.startProfile()
  await measureLoad(server, { photo, connections: 10, requests: WARM_UP_REQUESTS })
  await server.stopProfile()
  await sleeper.calibrate(WAKES)
  const blocks: Trial[][] = []
  const calibrations: Calibration[] = []
  for (let block = 0; block < count; block++) {
    process.stderr.write(`  block ${block + 1} of ${count}\n`)
    const calibration = await sleeper.calibrate(WAKES)
    const msPerSwitch = toMsPerSwitch(calibration)
    const trials: Trial[] = []
    for (const connections of CONNECTIONS) {
      trials.push(await measureTrial(server, { photo, connections, msPerSwitch, toSource }))
    }
    blocks.push(trials)
    calibrations.push(calibration)
  }
  return { samplersFirst, blocks, calibrations }
}

interface TrialOptions {
  readonly photo: Uint8Array
  readonly connections: number
  readonly msPerSwitch: number
  readonly toSource: ToSource
}

async function measureTrial(
  server: ProfiledServer,
  { photo, connections, msPerSwitch, toSource }: TrialOptions,
): Promise<Trial> {
  const asked = { photo, connections, requests: REQUESTS }
  const undisturbed = await measureLoad(server, asked)
  await server.startProfile()
  let told: ReturnType<ProfiledServer['stopProfile']> | undefined
  const threads = await measureLoad(server, asked, () => (told = server.stopProfile()))
  const profiles = (await told) ?? []
  return toTrial({
    connections,
    requests: REQUESTS,
    undisturbedCpuMs: toProcessMs(undisturbed),
    msPerSwitch,
    threads,
    profiles: profiles.map(({ tid, isMainThread, profile }) => ({
      tid,
      isMainThread,
      work: toWorkMs(profile, { samplingIntervalUs: SAMPLING_INTERVAL_US, toSource }),
    })),
  })
}

/** What a load added to each thread of the server, read as the last answer is there. */
async function measureLoad(
  server: ProfiledServer,
  asked: { readonly photo: Uint8Array; readonly connections: number; readonly requests: number },
  onRead: () => unknown = () => undefined,
): Promise<readonly ThreadTimes[]> {
  const before = readThreads(server.pid)
  let after: readonly ThreadTimes[] = []
  await load({
    ...asked,
    url: `${server.baseUrl}/classify`,
    onLastAnswer: () => {
      after = readThreads(server.pid)
      onRead()
    },
  })
  return toAdded(before, after)
}
