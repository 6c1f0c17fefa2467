import { openAmqpLink } from './load/amqp'
import { openKafkaLink } from './load/kafka'
import type { MessageLink } from './load/messages'
import type { Options } from './options'
import { openAll } from './open-targets'
import type { Columns } from './open-targets'
import { startLocal } from './targets/local'
import type { Target } from './targets/target'
import type { Trigger, TriggersAsked } from './trigger-options'
import { LIMITS, TWINS } from './twins'

const TITLES: Readonly<Record<Trigger, string>> = {
  http: 'container, asked over HTTP',
  kafka: 'the same, through Kafka: produced until its prediction is read',
  amqp: 'the same, through RabbitMQ: published until its reply is there',
}
const AGAIN = 'http again'

/** One container that is asked in several ways; A/A is HTTP, measured twice. */
export function toTriggers(
  { model, engine, decoder }: Pick<Options, 'model' | 'engine' | 'decoder'>,
  { others, kafka, amqp }: TriggersAsked,
  root: string,
): Columns {
  const [container] = TWINS
  if (container === undefined) throw new Error('there is no container')
  const brokers = {
    ...(others.includes('kafka') && { KAFKA_BROKERS: kafka.join(',') }),
    ...(others.includes('amqp') && { AMQP_URL: amqp }),
  }
  const env = { MODEL: model, ENGINE: engine, DECODER: decoder, ...brokers }
  const openLink = (trigger: Trigger): Promise<MessageLink> =>
    trigger === 'kafka' ? openKafkaLink({ brokers: kafka }) : openAmqpLink({ url: amqp, model })
  return {
    names: ['http', ...others, AGAIN],
    comparisons: others.map((trigger) => ({ a: trigger, b: 'http' })),
    aa: { a: AGAIN, b: 'http' },
    aaMethod: 'HTTP measured a second time in every block',
    open: (signal, say) =>
      openAll([
        async () => {
          const target = await startLocal({ ...container, env, root, limits: LIMITS, signal })
          say(`  container: answers over HTTP, ${others.join(', ')}`)
          const links: [Trigger, MessageLink][] = []
          try {
            for (const trigger of others) links.push([trigger, await openLink(trigger)])
          } catch (error) {
            await Promise.allSettled(links.map(([, link]) => link.close()))
            await target.stop()
            throw error
          }
          return toTargets(target, links)
        },
      ]),
  }
}

/** By name; each ends all of them. */
function toTargets(
  target: Target,
  links: readonly (readonly [Trigger, MessageLink])[],
): readonly (readonly [string, Target])[] {
  const toNamed = (name: string, title: string, link?: MessageLink): readonly [string, Target] => [
    name,
    {
      ...target,
      get facts() {
        return { ...target.facts, name, title, cpuWitness: null }
      },
      ...(link && { link }),
      // It is one process: what is counted of one that is not loaded is the one that is.
      readWitnessCpuSeconds: () => Promise.resolve(null),
      async stop() {
        await link?.close().catch(() => undefined)
        await target.stop()
      },
    },
  ]
  return [
    toNamed('http', TITLES.http),
    ...links.map(([trigger, link]) => toNamed(trigger, TITLES[trigger], link)),
    toNamed(AGAIN, 'HTTP, measured a second time'),
  ]
}
