import assert from 'node:assert/strict'
import type { OnnxGraph } from '../../../../inference/index'
import { toWiring } from '../../../../model-training/export/quantise/wiring'

const toNode = (output: string, ...inputs: string[]) => ({
  ...{ output, inputs },
  ...{ operator: 'Add', attributes: {} },
})

/** one and two are added; two leaves the graph as well. */
const GRAPH: OnnxGraph = {
  name: 'by hand',
  input: { name: 'x', dimensions: ['N'] },
  outputs: ['two', 'end'].map((name) => ({ name, dimensions: ['N'] })),
  constants: [{ name: 'c', dimensions: [1], values: Float32Array.of(1) }],
  nodes: [
    toNode('one', 'x', 'c'),
    toNode('two', 'one', 'one'),
    toNode('three', 'two', 'c'),
    toNode('end', 'three', 'x'),
  ],
}

describe('toWiring', () => {
  const { constant, producer, consumers, onlyConsumer } = toWiring(GRAPH)
  const names = (name: string) => consumers(name).map(({ output }) => output)

  it('knows who makes and who takes a tensor, each once', () => {
    assert.deepEqual(names('x'), ['one', 'end'])
    assert.deepEqual(names('one'), ['two'])
    assert.deepEqual(names('end'), [])
    assert.equal(producer('three')?.output, 'three')
    assert.equal(producer('x'), undefined)
    assert.equal(constant('c'), GRAPH.constants[0])
  })

  it('knows the only one who takes a tensor, unless it leaves the graph as well', () => {
    assert.equal(onlyConsumer('three')?.output, 'end')
    assert.equal(onlyConsumer('x'), undefined)
    assert.equal(onlyConsumer('two'), undefined)
    assert.equal(onlyConsumer('end'), undefined)
  })
})
