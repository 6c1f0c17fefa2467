import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadEngine, loadModel, warmUp } from '../inference/index'
import type { EngineChoice, ModelCard } from '../inference/index'
import { CatalogueError } from './catalogue-error'
import { install } from './install'
import type { AddOptions } from './options'
import { readLabels } from './read-labels'
import { readSource } from './read-source'
import type { Source } from './read-source'
import { toCard } from './to-card'

interface AddContext {
  /** Ends it; nothing of it stays. */
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

/** A model that was added. */
export interface Added {
  readonly folder: string
  readonly card: ModelCard
  /** What verified it, with its version. */
  readonly engine: string
}

/**
 * Makes a model's folder: reads its files, writes its card, loads it with an engine and predicts with it. All or nothing:
 * it works in a folder of another name until the last step.
 *
 * @throws CatalogueError, LoadError; the signal's reason
 */
export async function addModel(options: AddOptions, { signal, say }: AddContext): Promise<Added> {
  const folder = join(options.models, options.name)
  await requireFree(folder, options)
  const { labels, renamed } =
    options.labels === undefined
      ? { labels: undefined, renamed: [] }
      : await readLabels(options.labels)
  renamed.forEach(say)
  const source = await readSource(options.source, { signal, say })
  const card = toCard(source, labels, options)
  const work = await makeFolder(options.models)
  try {
    await write(work, source, card)
    const engine = await verify(work, options.engine)
    signal.throwIfAborted()
    await install(work, folder, options)
    return { folder, card, engine }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Before anything is downloaded. */
async function requireFree(folder: string, { name, replace }: AddOptions): Promise<void> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  )
  if (!isThere || replace) return
  throw new CatalogueError(`there is a model ${name} already: choose --name, or --replace it`)
}

/** Beside its final place, so that giving it its name is one step. */
async function makeFolder(models: string): Promise<string> {
  try {
    await mkdir(models, { recursive: true })
    return await mkdtemp(join(models, '.adding-'))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CatalogueError(`no folder can be made in ${models}: ${reason}`, { cause })
  }
}

async function write(folder: string, { files }: Source, card: ModelCard): Promise<void> {
  for (const [file, bytes] of files) await writeFile(join(folder, file), bytes)
  await writeFile(join(folder, 'card.json'), `${JSON.stringify(card, null, 2)}\n`)
}

/** As it will be served: alone, and two photos together. */
async function verify(folder: string, choice: EngineChoice): Promise<string> {
  const model = await loadModel(folder)
  const engine = await loadEngine(model, choice)
  try {
    await warmUp(model, engine, 2)
    return `${engine.name} ${engine.version}`
  } finally {
    await engine.close()
  }
}
