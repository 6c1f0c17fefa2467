import assert from 'node:assert/strict'
import { mkdir, mkdtemp, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findReport, requireReport } from '../../web/find-report'
import { useTemporaryFolder } from '../helpers/use-temporary-folder'

describe('the report that is shown', () => {
  const folder = useTemporaryFolder()

  async function write(root: string, path: string, second: number): Promise<string> {
    const file = join(root, path, 'report.html')
    await mkdir(join(root, path), { recursive: true })
    await writeFile(file, path)
    await utimes(file, second, second)
    return file
  }
  const makeRoot = (): Promise<string> => mkdtemp(join(folder(), 'root-'))

  it('is the one written last in runs/, whatever its folder is called', async () => {
    const root = await makeRoot()
    await write(root, 'runs/z-older', 10)
    const newest = await write(root, 'runs/a-newer', 20)
    await mkdir(join(root, 'runs', 'under-way'))
    await write(root, 'results/clusters/photo-net', 30)
    assert.equal(await findReport(root), newest)
  })

  it('is the committed one where no run was made, and none where there is neither', async () => {
    const root = await makeRoot()
    assert.equal(await findReport(root), undefined)
    const committed = await write(root, 'results/clusters/photo-net', 1)
    assert.equal(await findReport(root), committed)
  })

  it('is that of the run that was named, or an error that says how to make it', async () => {
    const root = await makeRoot()
    const file = await write(root, 'one', 1)
    assert.equal(await requireReport(join(root, 'one')), file)
    await assert.rejects(requireReport(join(root, 'two')), {
      name: 'ReportError',
      message: /no report\.html in ".*two"; npm run report -- .*two makes it/,
    })
  })
})
