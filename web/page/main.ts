import { startClassifySection } from './classify-section'
import { startCompareSection } from './compare-section'
import { find } from './element'
import { startReportSection } from './report-section'
import { readSetup } from './setup'

async function start(): Promise<void> {
  const setup = await readSetup()
  const { photos } = startClassifySection(setup.targets, () => {
    update()
  })
  const { update } = startCompareSection(setup, photos)
  startReportSection(setup.report)
  document.documentElement.dataset['started'] = ''
}

start().catch((error: unknown) => {
  const trouble = find('trouble', HTMLParagraphElement)
  trouble.hidden = false
  const reason = error instanceof Error ? error.message : String(error)
  trouble.textContent = `The page could not ask its server (${reason}). Load it again.`
})
