import { element, find } from './element'

/** The latest report, which is loaded only where somebody opens it; null: there is none. */
export function startReportSection(title: string | null): void {
  const told = find('report', HTMLParagraphElement)
  if (title === null) {
    told.append('No report here; ', element('code', {}, 'npm run compare'), ' makes one.')
    return
  }
  told.append(element('a', { href: 'report' }, title))
  const details = find('report-details', HTMLDetailsElement)
  details.hidden = false
  details.addEventListener(
    'toggle',
    () => {
      find('report-frame', HTMLDivElement).append(
        element('iframe', { src: 'report', sandbox: '', title: 'Latest report' }),
      )
    },
    { once: true },
  )
}
