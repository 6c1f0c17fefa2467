import { join } from 'node:path'
import { build } from 'esbuild'
import type { Namespace } from './namespace'

const NAME = 'producer'
const BROKERS = 'kafka.kubeless:9092'

/** Starts a pod that produces to a topic until it is removed, with the namespace at the latest. */
export async function startProducer(
  { kubectl, apply }: Namespace,
  { topic, folder }: { readonly topic: string; readonly folder: string },
): Promise<void> {
  const outfile = join(folder, 'produce.js')
  const entry = join(__dirname, 'kafka-producer.ts')
  await build({ entryPoints: [entry], outfile, bundle: true, minify: true, platform: 'node' })
  await kubectl('create', 'configmap', NAME, '--from-file', outfile)
  await apply({
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: NAME } },
    spec: {
      restartPolicy: 'OnFailure',
      containers: [
        {
          ...{ name: NAME, image: 'photo-twin/kubeless:0.1.0', imagePullPolicy: 'IfNotPresent' },
          command: ['node', '/script/produce.js', BROKERS, topic],
          resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } },
          volumeMounts: [{ name: 'script', mountPath: '/script' }],
        },
      ],
      volumes: [{ name: 'script', configMap: { name: NAME } }],
    },
  })
}

/** Ends it. */
export async function stopProducer({ kubectl }: Namespace): Promise<void> {
  await kubectl('delete', 'pod', NAME, '--grace-period', '1')
  await kubectl('delete', 'configmap', NAME)
}
