import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { LABELS, loadModel } from '../../inference'
import { addModel } from '../../model-catalogue/add'
import type { Added } from '../../model-catalogue/add'
import { listModels } from '../../model-catalogue/list'
import { readCommand } from '../../model-catalogue/options'
import { writeGraphModel } from '../helpers/graph-model'
import { createOnnx, ONNX_LABELS } from '../helpers/onnx-model'
import { writeTinyModel } from '../helpers/tiny-model'
import { useFileServer } from '../helpers/use-file-server'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'

describe('addModel', () => {
  const folder = useTemporaryFolder()
  const server = useFileServer()
  let source: string
  let models: string
  let said: string[]

  before(async () => {
    source = await writeTinyModel()
  })
  after(() => rm(source, { recursive: true }))
  beforeEach(async () => {
    models = join(folder(), 'models')
    await rm(models, { recursive: true, force: true })
    said = []
  })

  async function add(
    args: readonly string[],
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Added> {
    const command = readCommand(['add', ...args, '--models', models])
    assert.ok(command.command === 'add')
    return addModel(command.options, { signal, say: (line) => said.push(line) })
  }

  async function write(name: string, content: string | Uint8Array): Promise<string> {
    const file = join(folder(), name)
    await writeFile(file, content)
    return file
  }

  /** What is in the models' folder, however it is called. */
  const listAll = (): Promise<string[]> => readdir(models).catch(() => [])

  const bytesOf = (file: string): Promise<Buffer> => readFile(join(source, file))

  async function serveTiny(): Promise<string> {
    const { files, url } = server()
    for (const file of ['model.json', 'weights.bin'])
      files.set(`/tiny/${file}`, await bytesOf(file))
    return `${url}/tiny/model.json`
  }

  it('makes a folder that can be served of a folder with a layers model', async () => {
    const labels = await write('labels.txt', LABELS.join('\n'))
    const { card, engine, folder: made } = await add([source, '--name', 'tiny', '--labels', labels])
    assert.equal(made, join(models, 'tiny'))
    assert.match(engine, /^onnx \d/)
    const model = await loadModel(made)
    assert.deepEqual(model.card, card)
    assert.deepEqual(card.labels, LABELS)
    assert.deepEqual(card.input, { width: 32, height: 24, scale: 1 / 127.5, offset: -1 })
    assert.equal(card.licence, 'NOASSERTION')
    // Where it is from, but not where that is on this machine.
    assert.equal(card['source'], source.split('/').at(-1))
    const whole = Buffer.concat([await bytesOf('model.json'), await bytesOf('weights.bin')])
    assert.equal(card.sha256, createHash('sha256').update(whole).digest('hex'))
    assert.deepEqual((await readdir(made)).sort(), ['card.json', 'model.json', 'weights.bin'])
    // Another user may be the one who serves it.
    assert.equal((await stat(made)).mode & 0o777, 0o755)
    assert.deepEqual(await listAll(), ['tiny'])
  })

  it('takes what it is told into the card', async () => {
    const { card } = await add([
      ...[source, '--name', 'my-tiny', '--licence', 'Apache-2.0', '--bgr'],
      ...['--scale', '1,2,3', '--offset', '-1,0,1', '--engine', 'wasm'],
    ])
    const { input, name, licence, output } = card
    assert.deepEqual(
      { name, licence, output, input },
      {
        name: 'my-tiny',
        licence: 'Apache-2.0',
        output: undefined,
        input: { width: 32, height: 24, scale: [1, 2, 3], offset: [-1, 0, 1], channelOrder: 'bgr' },
      },
    )
  })

  it('makes labels up where it is told none, as many as there are', async () => {
    const { card } = await add([source, '--name', 'tiny'])
    assert.deepEqual(card.labels, ['label 0', 'label 1', 'label 2', 'label 3', 'label 4'])
  })

  it('downloads a layers model whose weights are beside it', async () => {
    const url = await serveTiny()
    const { card } = await add([`${url}?token=secret`])
    assert.equal(card.name, 'tiny')
    assert.equal(card['source'], url)
    assert.deepEqual(
      server().asked.map((asked) => asked.url),
      ['/tiny/model.json?token=secret', '/tiny/weights.bin'],
    )
    assert.doesNotMatch(JSON.stringify(card) + said.join(), /secret/)
    const made = await readFile(join(models, 'tiny', 'weights.bin'))
    assert.deepEqual(made, await bytesOf('weights.bin'))
  })

  for (const [name, args, onnx] of [
    ['with its channels first', [], createOnnx()],
    ['with its channels last', [], createOnnx({ layout: 'nhwc' })],
    [
      'that gives logits, one photo at a time',
      ['--output', 'logits'],
      createOnnx({ batch: 1, softmax: false }),
    ],
    ['whose layout it is told', ['--layout', 'nchw'], createOnnx()],
  ] as const) {
    it(`makes a folder of an ONNX file ${name}`, async () => {
      const file = await write('colours.onnx', onnx)
      const labels = await write('labels.txt', ONNX_LABELS.join('\n'))
      const { card, folder: made } = await add([file, '--labels', labels, ...args])
      assert.deepEqual(card.labels, ONNX_LABELS)
      assert.equal(card['source'], 'colours.onnx')
      assert.deepEqual((await readdir(made)).sort(), ['card.json', 'model.onnx'])
      const model = await loadModel(made)
      assert.equal(model.format, 'onnx')
      const { width, height, layout } = model.card.input
      assert.deepEqual({ width, height }, { width: 8, height: 6 })
      assert.equal(layout, name.includes('last') ? undefined : 'nchw')
    })
  }

  it('makes a folder of a graph model, verified by an engine that runs it', async () => {
    const graph = await writeGraphModel()
    try {
      const { card, engine, folder: made } = await add([graph, '--name', 'graph'])
      assert.match(engine, /^(tensorflow|wasm) \d/)
      assert.deepEqual(card.input, { width: 32, height: 24, scale: 1 / 127.5, offset: -1 })
      assert.equal(card.labels.length, 5)
      assert.equal((await loadModel(made)).format, 'graph-model')
    } finally {
      await rm(graph, { recursive: true })
    }
  })

  it('downloads an ONNX file', async () => {
    server().files.set('/colours.onnx', createOnnx())
    const { card } = await add([`${server().url}/colours.onnx`])
    assert.equal(card.name, 'colours')
    assert.equal(card.labels.length, 4)
  })

  it('replaces a model only where it is told to, and then all of it', async () => {
    await add([source, '--name', 'tiny'])
    const before = await readFile(join(models, 'tiny', 'card.json'))
    server().files.set('/tiny.onnx', createOnnx())
    await assert.rejects(add([`${server().url}/tiny.onnx`]), {
      name: 'CatalogueError',
      message: 'there is a model tiny already: choose --name, or --replace it',
    })
    assert.deepEqual(server().asked, [], 'it looks before it downloads')
    assert.deepEqual(await readFile(join(models, 'tiny', 'card.json')), before)
    await add([`${server().url}/tiny.onnx`, '--replace'])
    assert.deepEqual((await readdir(join(models, 'tiny'))).sort(), ['card.json', 'model.onnx'])
    assert.deepEqual(await listAll(), ['tiny'])
  })

  it('keeps the model that was to be replaced by one that cannot be used', async () => {
    await add([source, '--name', 'tiny'])
    const before = await readFile(join(models, 'tiny', 'card.json'))
    server().files.set('/tiny.onnx', createOnnx({ channels: 1 }))
    await assert.rejects(add([`${server().url}/tiny.onnx`, '--replace']), { name: 'LoadError' })
    assert.deepEqual(await readFile(join(models, 'tiny', 'card.json')), before)
    assert.deepEqual(await listAll(), ['tiny'])
  })

  it('replaces what is not there, too', async () => {
    await add([source, '--name', 'tiny', '--replace'])
    assert.deepEqual(await listAll(), ['tiny'])
  })

  describe('leaves nothing behind', () => {
    afterEach(async () => {
      assert.deepEqual(await listAll(), [])
    })

    const changeJson = async (change: (json: Record<string, unknown>) => void): Promise<string> => {
      const json = JSON.parse((await bytesOf('model.json')).toString()) as Record<string, unknown>
      change(json)
      const other = join(folder(), 'other')
      await mkdir(other, { recursive: true })
      await writeFile(join(other, 'model.json'), JSON.stringify(json))
      await writeFile(join(other, 'weights.bin'), await bytesOf('weights.bin'))
      return other
    }

    it('of a graph model whose nodes are missing', async () => {
      const graph = await changeJson((json) => (json['format'] = 'graph-model'))
      await assert.rejects(add([graph]), {
        name: 'LoadError',
        message: /is not as expected:\n.*\n.*modelTopology\.node/,
      })
    })

    it('of a model whose weights would be somewhere else', async () => {
      for (const path of ['../weights.bin', 'https://example.com/weights.bin', 'card.json']) {
        const other = await changeJson((json) => {
          json['weightsManifest'] = [{ paths: [path], weights: [] }]
        })
        await assert.rejects(add([other]), { name: 'LoadError', message: /a weights path is/ })
      }
    })

    it('of a model with labels of another number', async () => {
      const few = await write('few.txt', 'one\nother\nthird\nfourth')
      await assert.rejects(add([source, '--name', 'tiny', '--labels', few]), {
        name: 'CatalogueError',
        message:
          'the model gives 5 values, but there are 4 labels; of some ImageNet models the first one is "background"',
      })
    })

    it('of a grayscale model', async () => {
      const file = await write('gray.onnx', createOnnx({ channels: 1 }))
      await assert.rejects(add([file]), {
        name: 'LoadError',
        message: /^the model takes \[any, 1, 6, 8\]; supported are models of colour photos/,
      })
    })

    it('of a model that gives no probabilities', async () => {
      const file = await write('logits.onnx', createOnnx({ softmax: false }))
      await assert.rejects(add([file]), { name: 'LoadError', message: /"output": "logits"$/ })
    })

    it('of an output that a layers model cannot have', async () => {
      await assert.rejects(add([source, '--name', 'tiny', '--onnx-output', 'x']), {
        name: 'CatalogueError',
        message: '--onnx-output is for an ONNX file, the model is none',
      })
    })

    it('of an engine that cannot run it', async () => {
      const file = await write('colours.onnx', createOnnx())
      await assert.rejects(add([file, '--engine', 'wasm']), {
        name: 'LoadError',
        code: 'ENGINE_UNAVAILABLE',
      })
    })

    for (const [name, content, message] of [
      ['words.onnx', 'words', /^model\.onnx is not an ONNX file/],
      ['words.json', 'words', /^words\.json is not JSON$/],
      ['words.txt', 'words', /words\.txt is neither a folder .* nor an \.onnx file$/],
    ] as const) {
      it(`of ${name}`, async () => {
        await assert.rejects(add([await write(name, content), '--name', 'words']), { message })
      })
    }

    it('of what is not there', async () => {
      await assert.rejects(add([join(folder(), 'nowhere')]), {
        name: 'CatalogueError',
        message: /nowhere is no file, and no folder with model\.json or model\.onnx$/,
      })
      await serveTiny()
      server().files.delete('/tiny/weights.bin')
      await assert.rejects(add([`${server().url}/tiny`]), {
        name: 'CatalogueError',
        message: /\/tiny\/weights\.bin answers 404$/,
      })
    })

    it('when it is interrupted', async () => {
      const url = await serveTiny()
      const controller = new AbortController()
      const stuck = new Promise<void>((resolve) => {
        server().files.set('/tiny/weights.bin', (_request, response) => {
          response.write('the first bytes')
          resolve()
        })
      })
      const adding = add([url], controller.signal)
      await stuck
      controller.abort()
      await assert.rejects(adding, { name: 'AbortError' })
    })

    it('when it is interrupted before it begins', async () => {
      await assert.rejects(add([source, '--name', 'tiny'], AbortSignal.abort()), {
        name: 'AbortError',
      })
    })

    it('when it is interrupted while it is verified', async () => {
      const controller = new AbortController()
      const adding = add([source, '--name', 'tiny'], controller.signal)
      const interrupted = assert.rejects(adding, { name: 'AbortError' })
      // The folder of its work is there before the model is loaded.
      while ((await listAll()).length === 0) await setImmediate()
      controller.abort()
      await interrupted
    })
  })

  it('asks for a size where the model takes any', async () => {
    const text = (await bytesOf('model.json'))
      .toString()
      .replace('[null,24,32,3]', '[null,null,null,3]')
    // Whatever the size, it ends in as many values: without its Flatten.
    const json = JSON.parse(text) as Record<string, unknown>
    const other = join(folder(), 'any-size')
    await mkdir(other, { recursive: true })
    await writeFile(join(other, 'model.json'), JSON.stringify(json))
    await writeFile(join(other, 'weights.bin'), await bytesOf('weights.bin'))
    await assert.rejects(add([other]), {
      name: 'CatalogueError',
      message: 'the model takes photos of any size: say which with --size WxH',
    })
    const { card } = await add([other, '--size', '32x24'])
    assert.equal(card.labels.length, 5)
    assert.deepEqual([card.input.width, card.input.height], [32, 24])
  })

  it('says where it cannot write', async () => {
    await write('models', 'a file where the folder should be')
    await assert.rejects(add([source, '--name', 'tiny']), {
      name: 'CatalogueError',
      message: /^no folder can be made in .*models: /,
    })
  })

  it('makes what listModels finds, beside what is damaged or no model', async () => {
    await add([source, '--name', 'one'])
    await add([source, '--name', 'two'])
    await writeFile(join(models, 'two', 'weights.bin'), 'damaged')
    await mkdir(join(models, 'empty'))
    await mkdir(join(models, '.adding-left-behind'))
    await writeFile(join(models, 'notes.txt'), 'no model')
    const entries = await listModels(models)
    assert.deepEqual(
      entries.map(({ state, folder: name }) => [name, state]),
      [
        ['empty', 'broken'],
        ['one', 'loaded'],
        ['two', 'broken'],
      ],
    )
    const [empty, one, two] = entries
    assert.ok(empty?.state === 'broken' && two?.state === 'broken' && one?.state === 'loaded')
    assert.match(empty.reason, /card\.json cannot be read/)
    assert.match(two.reason, /weights\.bin is damaged/)
    assert.equal(one.facts.parameters, (await bytesOf('weights.bin')).length / 4)
  })
})
