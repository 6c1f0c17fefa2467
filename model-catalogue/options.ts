import { basename, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { ENGINES, LICENCE } from '../inference/index'
import type { EngineChoice } from '../inference/index'
import { UsageError } from './catalogue-error'

/** One number for all channels, or one each for red, green and blue. */
type PerChannel = number | [number, number, number]

/** What `add` is told of a model; undefined is what is left to the model's files or to the default. */
export interface AddOptions {
  /** A path, or an address. */
  readonly source: string
  readonly name: string
  readonly labels: string | undefined
  readonly licence: string
  readonly scale: PerChannel
  readonly offset: PerChannel
  readonly channelOrder: 'bgr' | undefined
  readonly layout: 'nhwc' | 'nchw' | undefined
  readonly size: { readonly width: number; readonly height: number } | undefined
  readonly output: 'probabilities' | 'logits'
  readonly onnxOutput: string | undefined
  readonly engine: EngineChoice
  readonly replace: boolean
  readonly models: string
}

export type Command =
  | { readonly command: 'help' }
  | { readonly command: 'list'; readonly models: string }
  | { readonly command: 'show'; readonly models: string; readonly name: string }
  | { readonly command: 'add'; readonly options: AddOptions }

const OPTIONS = {
  name: { type: 'string' },
  labels: { type: 'string' },
  licence: { type: 'string', default: 'NOASSERTION' },
  scale: { type: 'string', default: String(1 / 127.5) },
  offset: { type: 'string', default: '-1' },
  bgr: { type: 'boolean', default: false },
  layout: { type: 'string' },
  size: { type: 'string' },
  output: { type: 'string', default: 'probabilities' },
  'onnx-output': { type: 'string' },
  engine: { type: 'string', default: 'auto' },
  replace: { type: 'boolean', default: false },
  models: { type: 'string', default: join('inference', 'models') },
  help: { type: 'boolean', short: 'h', default: false },
} as const

const OF_ALL = ['models', 'help']

/**
 * Reads the command's arguments.
 *
 * @throws UsageError naming the argument and what it accepts
 */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals, tokens } = parse(args)
  if (values.help) return { command: 'help' }
  const [command, operand, ...others] = positionals
  if (command === undefined) throw new UsageError('a command is missing: add, list or show')
  if (others[0] !== undefined) throw new UsageError(`${others[0]} is one argument too many`)
  const { models } = values
  if (command === 'add') {
    return { command, options: toAddOptions(values, required(operand, 'add needs a source')) }
  }
  const option = tokens.find((token) => token.kind === 'option' && !OF_ALL.includes(token.name))
  if (option?.kind === 'option') throw new UsageError(`${option.rawName} is for add only`)
  if (command === 'show')
    return { command, models, name: toName(required(operand, 'show needs a name')) }
  if (command !== 'list') throw new UsageError(`${command} is no command: add, list or show`)
  if (operand !== undefined) throw new UsageError(`${operand} is one argument too many`)
  return { command, models }
}

type Values = ReturnType<typeof parse>['values']

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: joinNegatives(args),
      options: OPTIONS,
      allowPositionals: true,
      tokens: true,
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

/** `--offset -1` -> `--offset=-1`, as parseArgs takes what begins with - for another option. */
function joinNegatives(args: readonly string[]): string[] {
  const joined: string[] = []
  for (const arg of args) {
    const option = joined.at(-1)
    const isValue = /^-[\d.]/.test(arg) && (option === '--scale' || option === '--offset')
    if (isValue) joined[joined.length - 1] = `${option}=${arg}`
    else joined.push(arg)
  }
  return joined
}

function toAddOptions(values: Values, source: string): AddOptions {
  return {
    source,
    name: values.name === undefined ? toDefaultName(source) : toName(values.name),
    labels: values.labels,
    licence: toLicence(values.licence),
    scale: toPerChannel('--scale', values.scale),
    offset: toPerChannel('--offset', values.offset),
    channelOrder: values.bgr ? 'bgr' : undefined,
    layout: values.layout === undefined ? undefined : toWord('--layout', values.layout, LAYOUTS),
    size: toSize(values.size),
    output: toWord('--output', values.output, OUTPUTS),
    onnxOutput: values['onnx-output'],
    engine: toWord('--engine', values.engine, ['auto', ...ENGINES]),
    replace: values.replace,
    models: values.models,
  }
}

const LAYOUTS = ['nhwc', 'nchw'] as const
const OUTPUTS = ['probabilities', 'logits'] as const

function required(operand: string | undefined, problem: string): string {
  if (operand === undefined || operand === '') throw new UsageError(problem)
  return operand
}

function toName(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,99}$/.test(name)) return name
  throw new UsageError(
    `a name begins with a lower case letter or digit and has only those, dots, - and _; it is "${name}"`,
  )
}

/** The source's last part, or that before model.json, without its ending. */
function toDefaultName(source: string): string {
  const path = URL.canParse(source) ? new URL(source).pathname : source
  const part = /\.json$/i.test(path) ? basename(dirname(path)) : basename(path, '.onnx')
  try {
    return toName(part.toLowerCase())
  } catch {
    throw new UsageError(`the source's name "${part}" cannot be the model's: add --name NAME`)
  }
}

function toLicence(text: string): string {
  if (LICENCE.test(text)) return text
  throw new UsageError(`--licence must be an SPDX expression such as Apache-2.0, it is "${text}"`)
}

function toPerChannel(option: string, text: string): PerChannel {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)))
  const [first, second, third] = numbers
  if (numbers.every(Number.isFinite) && first !== undefined) {
    if (numbers.length === 1) return first
    if (numbers.length === 3 && second !== undefined && third !== undefined) {
      return [first, second, third]
    }
  }
  throw new UsageError(`${option} must be a number, or three separated by commas, it is "${text}"`)
}

function toSize(text: string | undefined): AddOptions['size'] {
  if (text === undefined) return undefined
  const [, width, height] = /^(\d{1,4})x(\d{1,4})$/.exec(text) ?? []
  const size = { width: Number(width), height: Number(height) }
  if (Object.values(size).every((side) => side >= 1 && side <= 1024)) return size
  throw new UsageError(`--size must be WIDTHxHEIGHT, each from 1 to 1024, it is "${text}"`)
}

function toWord<Word extends string>(option: string, text: string, words: readonly Word[]): Word {
  const word = words.find((candidate) => candidate === text)
  if (word !== undefined) return word
  throw new UsageError(`${option} must be one of ${words.join(', ')}, it is "${text}"`)
}
