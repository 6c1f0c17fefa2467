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
  trouble.textContent = `The page could not start: ${String(error)}. Load it again.`
})
