import { LoadError } from '../inference/index'
import { addModel } from './add'
import { CatalogueError, UsageError } from './catalogue-error'
import { listModels, readEntry } from './list'
import { readCommand } from './options'
import type { AddOptions } from './options'
import { toAdded, toDetails, toTable } from './text'
import { USAGE } from './usage'

// sysexits.h: used wrongly, data that cannot be used. 130: 128 + SIGINT, as shells tell it.
const EXIT = { done: 0, usage: 64, data: 65, interrupted: 130 } as const

const say = (line: string): void => void process.stderr.write(`${line}\n`)
const print = (text: string): void => void process.stdout.write(text)

async function main(args: readonly string[]): Promise<number> {
  const command = readCommand(args)
  if (command.command === 'help') print(USAGE)
  if (command.command === 'list') return list(command.models)
  if (command.command === 'show') return show(command.models, command.name)
  if (command.command === 'add') await add(command.options)
  return EXIT.done
}

async function list(models: string): Promise<number> {
  const entries = await listModels(models)
  print(toTable(entries.flatMap((entry) => (entry.state === 'loaded' ? [entry.facts] : []))))
  const broken = entries.filter((entry) => entry.state === 'broken')
  for (const { folder, reason } of broken) say(`${folder} cannot be served: ${reason}`)
  return broken.length === 0 ? EXIT.done : EXIT.data
}

async function show(models: string, name: string): Promise<number> {
  const entry = await readEntry(models, name)
  if (entry.state === 'broken') throw new CatalogueError(entry.reason)
  print(toDetails(name, entry.facts))
  return EXIT.done
}

async function add(options: AddOptions): Promise<void> {
  const controller = new AbortController()
  const interrupt = (): void => {
    controller.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt)
  print(toAdded(await addModel(options, { signal: controller.signal, say })))
}

function toExitCode(error: unknown): number {
  if (error instanceof UsageError) {
    say(`${error.message}\nSee npm run model -- --help`)
    return EXIT.usage
  }
  if (error instanceof CatalogueError || error instanceof LoadError) {
    say(error.message)
    return EXIT.data
  }
  if (error instanceof Error && error.name === 'AbortError') {
    say('interrupted, nothing was added')
    return EXIT.interrupted
  }
  throw error
}

// TensorFlow's own notes about processor features are of no use to someone who adds a model.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
void main(process.argv.slice(2))
  .catch(toExitCode)
  .then((exitCode) => process.exit(exitCode))
