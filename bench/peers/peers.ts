import { join } from 'node:path'
import { IMAGE_ENV } from '../targets/image-env'

/** What a peer is started with. */
export interface PeerStart {
  /** The folder of programs of its virtual environment; empty where it needs none. */
  readonly programs: string
  readonly port: number
  readonly workers: number
}

/** A server that a photo classifier might be served by in place of ours. */
export interface Peer {
  readonly name: string
  /** In words: how it is used. */
  readonly title: string
  /** Of its virtual environment, each with its version, what it is named after first; undefined: it needs none. */
  readonly packages?: readonly string[]
  /** How many workers it can be told to have. */
  readonly workers: readonly number[]
  readonly toCommand: (start: PeerStart) => readonly string[]
  readonly env?: (start: PeerStart) => Readonly<Record<string, string>>
}

/** Ours, which the others are compared with. */
export const OURS = 'photo-twin'

const SERVERS = join(__dirname, 'servers')
const ONNX = ['onnxruntime==1.30.0', 'pillow==13.0.0', 'numpy==2.4.6']
const UVICORN = ['fastapi==0.165.0', 'uvicorn[standard]==0.54.0']

const toUvicorn =
  (app: string) =>
  ({ programs, port, workers }: PeerStart): readonly string[] => [
    ...[join(programs, 'uvicorn'), `${app}:app`, '--app-dir', SERVERS],
    ...['--host', '127.0.0.1', '--port', String(port), '--workers', String(workers)],
    ...['--no-access-log', '--log-level', 'warning'],
  ]

const toScript =
  (file: string) =>
  ({ programs }: PeerStart): readonly string[] => [join(programs, 'python'), join(SERVERS, file)]

/** All that are measured; versions are those of the day they were first measured. */
export const PEERS: readonly Peer[] = [
  {
    name: OURS,
    title: 'the container twin, on Node.js',
    workers: [1, 2],
    toCommand: () => [process.execPath, 'dist/container/main.js'],
    env: ({ port, workers }) => ({
      ...{ PORT: String(port), WORKERS: String(workers), LOG_LEVEL: 'warn' },
      ...IMAGE_ENV,
    }),
  },
  {
    name: 'fastapi',
    title: 'FastAPI on uvicorn, ONNX Runtime and Pillow in its thread pool',
    packages: [...UVICORN, ...ONNX],
    workers: [1, 2],
    toCommand: toUvicorn('fastapi_server'),
  },
  {
    name: 'flask',
    title: 'Flask on gunicorn, with four threads a worker',
    packages: ['flask==3.1.3', 'gunicorn==27.0.1', ...ONNX],
    workers: [1, 2],
    toCommand: ({ programs, port, workers }) => [
      ...[join(programs, 'gunicorn'), '--chdir', SERVERS, '--bind', `127.0.0.1:${port}`],
      ...['--workers', String(workers), '--worker-class', 'gthread', '--threads', '4'],
      ...['--keep-alive', '65', '--log-level', 'warning', 'flask_server:app'],
    ],
  },
  {
    name: 'bentoml',
    title: 'BentoML, an ASGI application on its workers',
    packages: ['bentoml==1.4.40', ...ONNX],
    workers: [1, 2],
    toCommand: ({ programs, port }) => [
      ...[join(programs, 'bentoml'), 'serve', 'bentoml_service:PhotoTwin'],
      ...['--working-dir', SERVERS, '--host', '127.0.0.1', '--port', String(port)],
    ],
    env: () => ({
      BENTOML_DO_NOT_TRACK: 'True',
      // A line a request would be written otherwise, by nobody else here.
      BENTOML_CONFIG_OPTIONS: 'api_server.logging.access.enabled=false',
    }),
  },
  {
    name: 'litserve',
    title: 'LitServe',
    packages: ['litserve==0.2.19', ...ONNX],
    workers: [1, 2],
    toCommand: toScript('litserve_server.py'),
  },
  {
    name: 'mlserver',
    title: 'MLServer, a custom handler',
    packages: ['mlserver==1.7.1', ...ONNX],
    // Its parallel workers take no custom handlers.
    workers: [1],
    toCommand: ({ programs }) => [
      ...[join(programs, 'mlserver'), 'start', join(SERVERS, 'mlserver')],
    ],
    env: ({ port }) => ({
      ...{ MLSERVER_HOST: '127.0.0.1', MLSERVER_HTTP_PORT: String(port) },
      ...{ MLSERVER_GRPC_PORT: String(port + 1), MLSERVER_METRICS_PORT: String(port + 2) },
      ...{ MLSERVER_PARALLEL_WORKERS: '0', MLSERVER_DEBUG: 'false' },
    }),
  },
  {
    name: 'ray-serve',
    title: 'Ray Serve, a deployment with FastAPI as its ingress',
    packages: ['ray[serve]==2.60.0', ...ONNX],
    workers: [1, 2],
    toCommand: toScript('ray_server.py'),
    env: () => ({ RAY_USAGE_STATS_ENABLED: '0' }),
  },
  {
    name: 'tensorflow',
    title: 'TensorFlow (Keras network, tf.function) and Pillow behind FastAPI on uvicorn',
    packages: ['tensorflow-cpu==2.21.0', 'tf-keras==2.21.0', ...UVICORN, 'pillow==13.0.0'],
    workers: [1, 2],
    toCommand: toUvicorn('tensorflow_server'),
    env: () => ({ TF_CPP_MIN_LOG_LEVEL: '3', TF_USE_LEGACY_KERAS: '1' }),
  },
  {
    name: 'first-written',
    title: 'the design as first written in Node.js: tfjs-node and jimp on the event loop',
    workers: [1],
    toCommand: () => [process.execPath, join(SERVERS, 'first-written.cjs')],
    env: () => ({ NODE_ENV: 'production', TF_CPP_MIN_LOG_LEVEL: '2' }),
  },
]
