import assert from 'node:assert/strict'
import { toOrphansWork, toWork } from './parts'
import type { Work } from './parts'

describe('the parts of a request', () => {
  const SOURCES: Readonly<Record<string, Work | undefined>> = {
    'inference/photo.ts': 'rest',
    'inference/photo-type.ts': 'serialise',
    'inference/headers/jpeg.ts': 'rest',
    'inference/decoders/jpeg-codec.ts': 'rest',
    'inference/normalise.ts': 'normalise',
    'inference/engines/onnx.ts': 'predict',
    'node_modules/onnxruntime-node/dist/backend.js': 'predict',
    'node_modules/onnxruntime-common/lib/tensor-impl.ts': 'predict',
    'inference/pool.ts': 'handOver',
    'inference/worker-thread.ts': 'handOver',
    'node:internal/worker/io': 'handOver',
    'node:internal/per_context/messageport': 'handOver',
    'inference/respond.ts': 'serialise',
    'inference/server-timing.ts': 'serialise',
    'serving/request-log.ts': 'logAndMetrics',
    'serving/server.ts': 'http',
    'container/server.ts': 'http',
    'node_modules/pino/lib/proto.js': 'logAndMetrics',
    'node_modules/pino-std-serializers/index.js': 'logAndMetrics',
    'node_modules/prom-client/lib/histogram.js': 'logAndMetrics',
    'node_modules/fastify/lib/reply.js': 'http',
    'node:_http_server': 'http',
    'node:internal/streams/readable': 'http',
    'node:net': 'http',
    'node:events': undefined,
    'node:internal/timers': undefined,
    'node:buffer': undefined,
    'node_modules/zod/index.js': undefined,
  }
  for (const [source, work] of Object.entries(SOURCES)) {
    it(`${source}: ${work ?? "its caller's"}`, () => {
      assert.equal(toWork(source, 'run'), work)
    })
  }

  const FUNCTIONS: Readonly<Record<string, Work>> = {
    decode_mcu_fast: 'entropy',
    jpeg_fill_bit_buffer: 'entropy',
    decode_mcu_of_photo: 'entropy',
    jpeg_idct_4x4: 'transform',
    transform_8x8: 'transform',
    ycc_rgb_convert: 'colour',
    h2v2_fancy_upsample: 'colour',
    to_rgb: 'colour',
    resize_row: 'resize',
    add_row: 'resize',
    write_rgb: 'resize',
    to_taps: 'resize',
    decompress_onepass: 'rest',
    'wasm-function[12]': 'rest',
  }
  for (const [name, work] of Object.entries(FUNCTIONS)) {
    it(`WebAssembly's ${name}: ${work}`, () => {
      assert.equal(toWork('wasm', name), work)
    })
  }

  it("takes V8's own entries for what they are, and native functions for their callers'", () => {
    assert.equal(toWork('', '(garbage collector)'), 'garbageCollection')
    assert.equal(toWork('', '(program)'), 'eventLoop')
    assert.equal(toWork('', 'writev'), undefined)
    assert.equal(toWork('', '(root)'), undefined)
  })

  it("takes what nobody called for the event loop's where it is Node's", () => {
    assert.equal(toOrphansWork('node:internal/process/task_queues'), 'eventLoop')
    assert.equal(toOrphansWork(''), 'eventLoop')
    assert.equal(toOrphansWork('node_modules/zod/index.js'), 'other')
  })
})
