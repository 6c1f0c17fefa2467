import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { useTemporaryFolder } from '../../helpers/use-temporary-folder'
import { createToSource } from './sources'

describe('the source of a function', () => {
  const folder = useTemporaryFolder()
  const toSource = (url: string, lineNumber = 0, columnNumber = 0): string =>
    createToSource(folder())({ functionName: '', url, lineNumber, columnNumber })

  it('is told through the map of the bundle that it is in', async () => {
    await mkdir(join(folder(), 'inference'))
    await writeFile(join(folder(), 'inference/pool.ts'), 'export function classify() { return 1 }')
    await writeFile(
      join(folder(), 'main.ts'),
      "import { classify } from './inference/pool'\nfunction start() { return classify() }\nstart()",
    )
    const file = join(folder(), 'dist/container/main.js')
    const entryPoints = [join(folder(), 'main.ts')]
    await build({ entryPoints, outfile: file, bundle: true, sourcemap: true, platform: 'node' })
    const lines = (await readFile(file, 'utf8')).split('\n')
    for (const [name, source] of [
      ['classify', 'inference/pool.ts'],
      ['start', 'main.ts'],
    ] as const) {
      const line = lines.findIndex((each) => each.includes(`function ${name}(`))
      const column = lines[line]!.indexOf('(')
      assert.equal(toSource(pathToFileURL(file).href, line, column), source)
      assert.equal(toSource(file, line, column), source)
    }
  })

  it('is the file itself where there is no map', () => {
    const file = join(folder(), 'node_modules/onnxruntime-node/dist/backend.js')
    assert.equal(
      toSource(pathToFileURL(file).href),
      'node_modules/onnxruntime-node/dist/backend.js',
    )
  })

  it("is Node's own, WebAssembly, or none", () => {
    assert.equal(toSource('node:internal/timers'), 'node:internal/timers')
    assert.equal(toSource('wasm://wasm/0a1b2c'), 'wasm')
    assert.equal(toSource(''), '')
  })
})
