import assert from 'node:assert/strict'
import { bytes, encode, integer, message, text } from '../../../inference/onnx/protobuf'
import type { Field } from '../../../inference/onnx/protobuf'
import { requireWhole, summarise } from '../../../inference/onnx/summary'
import { createOnnx, ONNX_SIZE } from '../../helpers/onnx-model'

// Numbers of fields: github.com/onnx/onnx/blob/main/onnx/onnx.proto
const toModel = (...graph: readonly Field[]): Uint8Array => encode([message(7, graph)])
const external = (name: string): Field[] => [
  integer(1, 2),
  integer(2, 1),
  text(8, name),
  message(13, [text(1, 'location'), text(2, 'weights.data')]),
  integer(14, 1),
]
const toNode = (...attribute: readonly Field[]): Field => message(1, [message(5, attribute)])

/** A value of a float32 tensor. */
function toValue(name: string, sizes: readonly (number | string)[]): Field[] {
  const dimensions = sizes.map((size) =>
    message(1, [typeof size === 'number' ? integer(1, size) : text(2, size)]),
  )
  return [text(1, name), message(2, [message(1, [integer(1, 1), message(2, dimensions)])])]
}

describe('summarise', () => {
  it('tells what an ONNX file takes, gives and holds', () => {
    const { width, height } = ONNX_SIZE
    assert.deepEqual(summarise(createOnnx({ layout: 'nhwc' }), 'model.onnx'), {
      inputs: [{ name: 'photo', shape: [null, height, width, 3] }],
      outputs: [{ name: 'answer', shape: [null, 4] }],
      parameters: 12,
      externalWeights: [],
    })
  })

  it('leaves out the constants that old files have among their inputs', () => {
    const constant = message(5, [integer(1, 7), integer(2, 1), text(8, 'constant')])
    const inputs = ['photo', 'constant'].map((name) => message(11, toValue(name, [1, 7])))
    const summary = summarise(toModel(constant, ...inputs), 'model.onnx')
    assert.deepEqual(summary.inputs, [{ name: 'photo', shape: [1, 7] }])
    assert.equal(summary.parameters, 7)
  })

  it('reads sizes that are packed together, and shapes of which nothing is said', () => {
    const packed = message(5, [text(8, 'packed'), bytes(1, Uint8Array.of(200, 1, 4))])
    const unsaid = message(12, [text(1, 'answer'), message(2, [message(1, [integer(1, 1)])])])
    const summary = summarise(toModel(packed, unsaid), 'model.onnx')
    assert.equal(summary.parameters, 200 * 4)
    assert.deepEqual(summary.outputs, [{ name: 'answer', shape: undefined }])
  })

  it('takes a graph that comes in parts for one, as protobuf does', () => {
    const [first, second] = ['one', 'other'].map((name) => toModel(message(11, toValue(name, [2]))))
    const { inputs } = summarise(Buffer.concat([first!, second!]), 'model.onnx')
    assert.deepEqual(
      inputs.map(({ name }) => name),
      ['one', 'other'],
    )
  })

  for (const [name, bytes] of [
    ['a text', Buffer.from('This is no ONNX file at all.')],
    ['nothing', new Uint8Array(0)],
    ['half a file', createOnnx().subarray(0, 150)],
    ['a number without an end', new Uint8Array(20).fill(0xff)],
    ['graphs within graphs within graphs', nest(40)],
  ] as const) {
    it(`refuses ${name}`, () => {
      assert.throws(() => summarise(bytes, 'folder/model.onnx'), {
        name: 'LoadError',
        code: 'MODEL_INVALID',
        message: /^folder\/model\.onnx is not an ONNX file: /,
      })
    })
  }

  it('is done with any bytes at once', () => {
    const onnx = createOnnx()
    for (let at = 0; at < onnx.length; at++) {
      const damaged = onnx.slice()
      damaged[at] = damaged[at]! ^ 0xff
      try {
        summarise(damaged, 'model.onnx')
      } catch (error) {
        assert.equal((error as Error).name, 'LoadError')
      }
    }
  })
})

describe('requireWhole', () => {
  it('lets a file be that holds all of its weights', () => {
    requireWhole(createOnnx(), 'model.onnx')
  })

  const tensor = external('far away')
  for (const [name, onnx] of [
    ['among the constants', toModel(message(5, tensor))],
    ['in a sparse constant', toModel(message(15, [message(1, tensor)]))],
    ['in a node', toModel(toNode(message(5, tensor)))],
    ['in a list of a node', toModel(toNode(message(10, tensor)))],
    ['in a graph within a node', toModel(toNode(message(6, [message(5, tensor)])))],
    [
      'in a function',
      encode([message(7, []), message(25, [message(7, [message(5, [message(5, tensor)])])])]),
    ],
    ['that only say so', toModel(message(5, [text(8, 'far away'), integer(14, 1)]))],
  ] as const) {
    it(`refuses weights in files of their own ${name}`, () => {
      assert.throws(
        () => {
          requireWhole(onnx, 'folder/model.onnx')
        },
        {
          name: 'LoadError',
          code: 'MODEL_INVALID',
          message:
            /^folder\/model\.onnx keeps weights \(far away, …\) in files of their own, which is not supported/,
        },
      )
    })
  }
})

function nest(depth: number): Uint8Array {
  let graph: Field[] = []
  for (let level = 0; level < depth; level++) graph = [toNode(message(6, graph))]
  return toModel(...graph)
}
