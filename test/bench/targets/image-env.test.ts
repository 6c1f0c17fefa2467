import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { IMAGE_ENV } from '../../../bench/targets/image-env'

/** Where it is in a container, which a process beside it must not have. */
const OF_PLACES = ['HOST', 'PORT', 'MODELS_FOLDER', 'CODECS_FOLDER']

describe("the settings of the programs' images", () => {
  it('are those of the Dockerfile', () => {
    const dockerfile = readFileSync(join(__dirname, '../../../container/Dockerfile'), 'utf8')
    const stage = /^FROM \S+ AS runtime$([^]*?)^FROM /m.exec(dockerfile)?.[1] ?? ''
    const settings = [...stage.matchAll(/^ENV (.*)$/gm)].flatMap(([, line]) =>
      line!.split(' ').map((setting) => setting.split(/=(.*)/s).slice(0, 2)),
    )
    const others = settings.filter(([name]) => !OF_PLACES.includes(name!))
    assert.ok(others.length < settings.length)
    assert.deepEqual(Object.fromEntries(others), IMAGE_ENV)
  })
})
