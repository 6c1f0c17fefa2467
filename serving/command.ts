import { parseArgs } from 'node:util'
import { ConfigError } from './env'

/** sysexits.h: the command was used wrongly. */
const EXIT_USAGE = 64

interface CommandOptions {
  readonly help: string
  readonly run: () => Promise<number>
}

/**
 * A command that is configured by variables and takes only `--help`.
 *
 * @returns the exit code; 64 with a message on standard error for a wrong argument or variable
 */
export async function runCommand(
  args: readonly string[],
  { help, run }: CommandOptions,
): Promise<number> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { help: { type: 'boolean', short: 'h' } },
    })
    if (values.help !== true) return await run()
    process.stdout.write(help)
    return 0
  } catch (error) {
    if (!(error instanceof ConfigError) && !isUsageError(error)) throw error
    process.stderr.write(`${error.message}\nTry --help.\n`)
    return EXIT_USAGE
  }
}

const isUsageError = (error: unknown): error is Error =>
  error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')

/** The variables of inference and listening, for a command's `--help`. */
export const VARIABLES_HELP = `
  PORT             port to listen on, 0 for any free one (8080)
  HOST             address to listen on (127.0.0.1; 0.0.0.0 for all)
  STOP_DELAY_MS    time for which requests are taken after the signal to stop, for clusters (0)
  LOG_LEVEL        fatal, error, warn, info, debug, trace or silent (info)
  MODEL            names of the models, separated by commas; the first is the default (photo-net)
  MODELS_FOLDER    where the models' folders are (inference/models)
  ENGINE           auto, onnx, tensorflow or wasm (auto: the fastest that loads)
  DECODER          auto, sharp, wasm or jimp (auto: the fastest that loads)
  WORKERS          threads that classify (the CPUs this process may use)
  MAX_BATCH        photos a worker takes at once (8)
  MAX_QUEUE        photos that may wait for each model before more are refused (16 a worker)
  MAX_PHOTO_BYTES  largest photo in bytes (10000000)
  MAX_PHOTO_PIXELS largest declared width x height (40000000)
  MAX_TIME_MS      time a photo may take (10000)
`
