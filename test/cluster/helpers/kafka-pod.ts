import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { RecordToProduce } from './kafka-pod-program'
import type { Namespace } from './namespace'

/** A record on a photo, as the pod read it; its value is base64. */
export interface OutcomeRecord {
  readonly topic: string
  readonly key?: string
  readonly headers: Readonly<Record<string, string>>
  readonly value: string
}

const BROKERS = 'kafka.kubeless:9092'

/** Starts a pod that produces records to `photos`, and reads what comes of photos until it goes with the namespace. */
export async function startKafkaPod(
  { kubectl, apply }: Namespace,
  {
    name,
    folder,
    records,
  }: {
    readonly name: string
    readonly folder: string
    readonly records: readonly RecordToProduce[]
  },
): Promise<void> {
  const outfile = join(folder, 'program.js')
  const entry = join(__dirname, 'kafka-pod-program.ts')
  await build({ entryPoints: [entry], outfile, bundle: true, minify: true, platform: 'node' })
  const file = join(folder, 'records.json')
  await writeFile(file, JSON.stringify(records))
  await kubectl('create', 'configmap', name, '--from-file', outfile, '--from-file', file)
  await apply({
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name } },
    spec: {
      restartPolicy: 'OnFailure',
      containers: [
        {
          ...{ name, image: 'photo-twin/kubeless:0.1.0', imagePullPolicy: 'IfNotPresent' },
          command: ['node', '/script/program.js', BROKERS, '/script/records.json'],
          resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } },
          volumeMounts: [{ name: 'script', mountPath: '/script' }],
        },
      ],
      volumes: [{ name: 'script', configMap: { name } }],
    },
  })
}

/** What it read so far. */
export async function readOutcomes(
  { kubectl }: Namespace,
  name: string,
): Promise<readonly OutcomeRecord[]> {
  const log = await kubectl('logs', name)
  return log
    .split('\n')
    .filter((line) => line.startsWith('{"topic"'))
    .map((line) => JSON.parse(line) as OutcomeRecord)
}
