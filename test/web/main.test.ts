import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { goodPhotos } from '../fixtures/good-photos'
import { runHarness, startHarness } from '../helpers/harness-process'
import { skipUnless } from '../helpers/optional'
import { startPage } from '../helpers/page-process'
import { startUpstream } from '../helpers/upstream'
import type { Upstream } from '../helpers/upstream'
import { until } from '../helpers/until'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'
import { ask, postPhoto } from '../helpers/wire'
import type { ClassificationBody } from '../helpers/wire'

describe('npm run page', () => {
  const folder = useTemporaryFolder()

  it('starts both twins, shows the page and a report, passes photos on, and takes the twins along', async () => {
    const run = join(folder(), 'run')
    await mkdir(run)
    await writeFile(join(run, 'report.html'), '<title>of this run</title>')
    const page = await startPage(['--report', run])
    try {
      const { body } = await ask(`${page.baseUrl}/targets`)
      const address = (name: string) => ({ name, address: `targets/${name}/classify` })
      const targets = [address('function'), address('container')]
      assert.deepEqual(body, { targets, proxied: true, report: 'of this run' })
      assert.match(String((await ask(`${page.baseUrl}/`)).body), /^<!doctype html>/)
      const [photo] = await goodPhotos()
      const answers: ClassificationBody[] = []
      for (const name of ['function', 'container']) {
        const answer = await postPhoto(`${page.baseUrl}/targets/${name}`, photo!.bytes)
        assert.equal(answer.status, 200)
        assert.match(answer.headers.get('server-timing') ?? '', /total;dur=/)
        answers.push(answer.body as ClassificationBody)
      }
      assert.deepEqual(answers[0]!.probabilities, answers[1]!.probabilities)
    } finally {
      page.killGroup('SIGINT')
    }
    const { exitCode, stderr } = await page.ended
    assert.equal(exitCode, 0, stderr)
    await assertGone(page.twins)
  })

  it('ends with 69 when a twin does, and takes the other along', async function () {
    const noChildren = process.platform === 'linux' ? undefined : 'only Linux tells its children'
    skipUnless(this, noChildren)
    const page = await startPage([])
    const [twin, ...others] = await readChildren(page.pid)
    assert.equal(others.length, 1)
    process.kill(twin!, 'SIGKILL')
    const { exitCode, stderr } = await page.ended
    assert.equal(exitCode, 69)
    assert.match(stderr, /^the (function|container) was ended by SIGKILL$/m)
    await assertGone(page.twins)
  })

  it('leaves no twin behind even where it is killed', async function () {
    skipUnless(this, process.platform === 'linux' ? undefined : 'only Linux ends them')
    const page = await startPage([])
    page.kill('SIGKILL')
    await page.ended
    for (const baseUrl of page.twins) {
      await until(() =>
        fetch(`${baseUrl}/healthz`).then(
          () => undefined,
          () => true,
        ),
      )
    }
  })

  it('says why a twin does not start', async () => {
    const { exitCode, stderr } = await startHarness('page', ['--port', '0'], {
      env: { MODEL: 'none' },
    }).ended
    assert.equal(exitCode, 69)
    assert.match(stderr, /^the function ended with exit code 1; it wrote: .*none/m)
  })

  describe('with targets that run already', () => {
    let upstream: Upstream
    before(async () => {
      upstream = await startUpstream((_request, response) => response.end('{}'))
    })
    after(() => upstream.close())

    it('starts none', async () => {
      const page = await startPage(['--target', `mine=${upstream.baseUrl}`])
      const answer = await postPhoto(`${page.baseUrl}/targets/mine`, Buffer.from('photo'))
      page.kill('SIGTERM')
      assert.equal(answer.status, 200)
      assert.deepEqual(page.twins, [upstream.baseUrl])
      assert.equal((await page.ended).exitCode, 0)
    })

    it('says with 69 which port is taken', async () => {
      const { port } = new URL(upstream.baseUrl)
      const args = ['--target', `mine=${upstream.baseUrl}`, '--port', port]
      const { exitCode, stderr } = await runHarness('page', args)
      assert.equal(exitCode, 69)
      assert.match(stderr, new RegExp(`^port ${port} of 127.0.0.1 is taken, .*--port\n$`))
    })
  })

  it('says with 64 what is wrong with its arguments, and with 65 that a run has no report', async () => {
    const wrong = await runHarness('page', ['--port', 'eighty'])
    assert.equal(wrong.exitCode, 64)
    assert.match(wrong.stderr, /^--port accepts .*"eighty"\nSee npm run page -- --help\n$/)
    const none = await runHarness('page', ['--report', folder()])
    assert.equal(none.exitCode, 65)
    assert.match(none.stderr, /^--report: there is no report\.html in .*\n$/)
    const help = await runHarness('page', ['--help'])
    assert.deepEqual([help.exitCode, help.stderr], [0, ''])
    assert.match(help.stdout, /--target NAME=URL/)
  })
})

/** Processes that a process has started. */
async function readChildren(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return text.trim().split(' ').map(Number)
}

async function assertGone(baseUrls: readonly string[]): Promise<void> {
  assert.equal(baseUrls.length, 2)
  for (const baseUrl of baseUrls) await assert.rejects(fetch(`${baseUrl}/healthz`), baseUrl)
}
