import type { Photo } from './ask'
import { toSentWords } from './classify-section'
import { compare } from './compare'
import { drawPhoto } from './drawn-photo'
import { element, find } from './element'
import { createResults } from './results'
import type { Setup } from './setup'

const MAX_COUNT = 200

interface CompareSection {
  /** Tells which photos the next run sends. */
  readonly update: () => void
}

/** The comparison: controls, and what comes of it. */
export function startCompareSection(
  { targets, proxied }: Setup,
  photos: () => readonly Photo[],
): CompareSection {
  const results = createResults(targets)
  const status = find('run-status', HTMLSpanElement)
  const go = find('go', HTMLButtonElement)
  const stop = find('stop', HTMLButtonElement)
  const sent = find('sent', HTMLParagraphElement)
  find('way', HTMLSpanElement).textContent = proxied
    ? 'through this page’s server'
    : 'to one target'
  find('compare-hint', HTMLParagraphElement).append(...toHint(targets.map(({ name }) => name)))
  let running: AbortController | undefined

  async function run(count: number, atOnce: number): Promise<void> {
    running = new AbortController()
    const { signal } = running
    allow(false)
    results.begin(count)
    status.textContent = 'Running …'
    let answered = 0
    try {
      const chosen = photos()
      await compare({
        targets,
        photos: chosen.length > 0 ? chosen : [await drawPhoto()],
        count,
        atOnce,
        signal,
        onObserved(observation) {
          answered += 1
          results.add(observation)
        },
      })
      status.textContent = `Done: ${results.end()}.`
    } catch (error) {
      const words = results.end()
      status.textContent = signal.aborted
        ? `Stopped after ${answered} of ${count * targets.length}: ${words}.`
        : `It broke off: ${String(error)}`
    } finally {
      running = undefined
      allow(true)
    }
  }

  /** The focus goes to the button that is of use now, if it was on the other. */
  function allow(canGo: boolean): void {
    const [on, off] = canGo ? [go, stop] : [stop, go]
    const hadFocus = document.activeElement === off
    on.disabled = false
    if (hadFocus) on.focus()
    off.disabled = true
  }

  find('compare', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    const count = readCount()
    if (count === undefined || running !== undefined) return
    void run(count, Number(find('at-once', HTMLSelectElement).value))
  })
  stop.addEventListener('click', () => running?.abort())
  const update = (): void => {
    sent.textContent = toSentWords(photos())
  }
  update()
  go.disabled = false
  return { update }
}

/** How many photos; undefined, and the page says why, if that cannot be. */
function readCount(): number | undefined {
  const input = find('count', HTMLInputElement)
  const count = Number(input.value)
  const isRight = Number.isInteger(count) && count >= 1 && count <= MAX_COUNT
  find('count-error', HTMLParagraphElement).textContent = isRight
    ? ''
    : `Photos for each: a whole number from 1 to ${MAX_COUNT}.`
  if (isRight) {
    input.removeAttribute('aria-invalid')
    return count
  }
  input.setAttribute('aria-invalid', 'true')
  input.focus()
  return undefined
}

/** What is compared, or how that which is missing is added. */
function toHint(names: readonly string[]): readonly (Node | string)[] {
  const [first, ...others] = names
  if (others.length > 0) {
    return [
      `Sends the same photos to ${names.join(' and ')}, one asked at a time, in random order.`,
    ]
  }
  return [
    `Only ${first ?? 'nobody'} is known here. `,
    element('code', {}, 'npm run page'),
    ' starts both twins; a container that runs already takes the other by ',
    element('code', {}, 'PAGE_TARGETS=function=http://…,container=http://…'),
    '.',
  ]
}
