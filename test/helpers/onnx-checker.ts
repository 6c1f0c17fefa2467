import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const python = (): string => process.env['ONNX_PYTHON'] ?? 'python3'

/** Prints a line for each model that the checker refuses: its place among the arguments and the reason. */
const SCRIPT = `
import sys, onnx
for place, path in enumerate(sys.argv[1:]):
    try:
        onnx.checker.check_model(path, full_check=True)
    except Exception as error:
        print(place, " ".join(str(error).split()), flush=True)
`

/** Why Python's onnx.checker cannot be asked here, or undefined where it can. */
export async function whyNoOnnxChecker(): Promise<string | undefined> {
  try {
    await run(python(), ['-c', 'import onnx.checker'])
    return undefined
  } catch {
    return `${python()} has no package onnx (ONNX_PYTHON names another Python)`
  }
}

/**
 * Has Python's onnx.checker look at ONNX models, types and shapes as well.
 *
 * @returns what it says of those it refuses, by name
 */
export async function checkOnnx(
  models: ReadonlyMap<string, Uint8Array>,
): Promise<Readonly<Record<string, string>>> {
  const folder = await mkdtemp(join(tmpdir(), 'photo-twin-onnx-'))
  try {
    const names = [...models.keys()]
    const files = names.map((_, place) => join(folder, `${place}.onnx`))
    for (const [place, file] of files.entries()) {
      await writeFile(file, models.get(names[place]!)!)
    }
    const { stdout } = await run(python(), ['-c', SCRIPT, ...files])
    const lines = stdout.split('\n').filter(Boolean)
    return Object.fromEntries(
      lines.map((line) => {
        const [place = '', ...reason] = line.split(' ')
        return [names[Number(place)] ?? place, reason.join(' ')]
      }),
    )
  } finally {
    await rm(folder, { recursive: true })
  }
}
