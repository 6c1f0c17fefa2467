import assert from 'node:assert/strict'
import { readOptions } from '../../bench/options'
import type { Options } from '../../bench/options'

const read = (...args: readonly string[]): Options => {
  const options = readOptions(args)
  assert.notEqual(options, 'help')
  return options as Options
}

describe('the options of triggers', () => {
  it('name the ways that are compared with HTTP, and their brokers', () => {
    const args = ['--triggers', 'http,kafka,amqp', '--kafka', 'a:1,b:2', '--amqp', 'amqp://c']
    assert.deepEqual(read(...args).triggers, {
      ...{ others: ['kafka', 'amqp'], kafka: ['a:1', 'b:2'], amqp: 'amqp://c' },
    })
    assert.deepEqual(read('--triggers', 'kafka', '--kafka', 'a:1').triggers, {
      ...{ others: ['kafka'], kafka: ['a:1'], amqp: '' },
    })
    assert.equal(read().triggers, undefined)
  })

  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [['--triggers', 'http'], /--triggers accepts kafka and amqp.*"http"/],
    [['--triggers', 'smtp'], /--triggers accepts.*"smtp"/],
    [['--triggers', 'kafka,kafka', '--kafka', 'a:1'], /--triggers accepts/],
    [['--triggers', 'kafka'], /say with --kafka where the broker is/],
    [['--triggers', 'http,amqp'], /say with --amqp where the broker is/],
    [['--kafka', 'a:1'], /--kafka is of --triggers/],
    [['--amqp', 'amqp://a'], /--amqp is of --triggers/],
    [['--triggers', 'amqp', '--amqp', 'amqp://a', '--kafka', 'a:1'], /does not have kafka/],
    [['--triggers', 'kafka', '--kafka', 'here'], /--kafka accepts HOST:PORT.*"here"/],
    [['--triggers', 'amqp', '--amqp', 'http://a'], /--amqp accepts an address/],
    [['--triggers', 'kafka', '--kafka', 'a:1', '--fresh'], /--triggers and --fresh exclude/],
    [['--triggers', 'kafka', '--kafka', 'a:1', '--workload', 'poisson:1'], /--workload exclude/],
    [
      ['--triggers', 'kafka', '--kafka', 'a:1', '--target', 'a=http://a', '--target', 'b=http://b'],
      /--target exclude/,
    ],
  ]
  for (const [args, message] of wrong) {
    it(`refuse ${args.join(' ')}`, () => {
      assert.throws(() => readOptions(args), { name: 'UsageError', message })
    })
  }

  it('do not repeat an address that may have a password in it', () => {
    const args = ['--triggers', 'amqp', '--amqp', 'twin:secret@here']
    assert.throws(
      () => readOptions(args),
      ({ message }: Error) => !message.includes('secret'),
    )
  })
})
