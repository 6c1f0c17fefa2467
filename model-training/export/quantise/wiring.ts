import type { OnnxConstant, OnnxGraph, OnnxNode } from '../../../inference/index'

/** Who makes and who takes each tensor of a graph. */
export interface Wiring {
  readonly constant: (name: string) => OnnxConstant | undefined
  readonly producer: (name: string) => OnnxNode | undefined
  readonly consumers: (name: string) => readonly OnnxNode[]
  /** The one node that takes a tensor that nothing else takes, nor leaves the graph. */
  readonly onlyConsumer: (name: string) => OnnxNode | undefined
}

/** Looks a graph's connections up once. */
export function toWiring({ nodes, constants, outputs }: OnnxGraph): Wiring {
  const byName = new Map(constants.map((constant) => [constant.name, constant]))
  const producers = new Map(nodes.map((node) => [node.output, node]))
  const consumers = new Map<string, OnnxNode[]>()
  for (const node of nodes) {
    for (const input of new Set(node.inputs)) {
      consumers.set(input, [...(consumers.get(input) ?? []), node])
    }
  }
  const leaving = new Set(outputs.map(({ name }) => name))
  return {
    constant: (name) => byName.get(name),
    producer: (name) => producers.get(name),
    consumers: (name) => consumers.get(name) ?? [],
    onlyConsumer: (name) => {
      const [first, ...others] = consumers.get(name) ?? []
      return others.length > 0 || leaving.has(name) ? undefined : first
    },
  }
}
