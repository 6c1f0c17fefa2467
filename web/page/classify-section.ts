import { ask } from './ask'
import type { Answer, Photo } from './ask'
import { element, find } from './element'
import { toCount, toPercent } from './format'
import { createPhotoCard } from './photo-card'
import type { Target } from './setup'

/** So that a folder dropped by mistake does not fill the memory. */
const MAX_PHOTOS = 100
/** Requests at once: a phone's photos are large, and the twins may have one thread each. */
const AT_ONCE = 2

interface ClassifySection {
  /** The photos that were chosen and can be classified, the newest first. */
  readonly photos: () => readonly Photo[]
}

/** Photos that are chosen, dropped or taken are sent at once; `onChange` is called when there are more of them. */
export function startClassifySection(
  targets: readonly Target[],
  onChange: () => void,
): ClassifySection {
  const list = find('photos', HTMLUListElement)
  const outcome = find('outcome', HTMLParagraphElement)
  const chosen: Photo[] = []
  const toTarget = offerTargets(targets)
  const waiting: (() => Promise<void>)[] = []
  let busy = 0

  function add(files: readonly File[]): void {
    if (files.length > MAX_PHOTOS) {
      outcome.textContent = `Only the first ${MAX_PHOTOS} of ${files.length} files are taken.`
    }
    waiting.push(...files.slice(0, MAX_PHOTOS).map((file) => () => classify(file)))
    while (busy < AT_ONCE && waiting.length > 0) void work()
  }

  async function work(): Promise<void> {
    busy += 1
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next()
    busy -= 1
  }

  async function classify(file: File): Promise<void> {
    const { name, type } = file
    const target = toTarget()
    if (target === undefined) return
    const photo = await readPhoto(file)
    const card = createPhotoCard(photo ?? { name, type, bytes: new ArrayBuffer() })
    list.prepend(card.root)
    while (list.childElementCount > MAX_PHOTOS) list.lastElementChild?.remove()
    const answer: Answer =
      photo === undefined
        ? { state: 'failed', reason: 'this file cannot be read' }
        : await ask(target, photo)
    card.show(answer, target.name)
    outcome.textContent = toOutcome(name, answer)
    if (photo === undefined || answer.state === 'failed') return
    chosen.unshift(photo)
    chosen.splice(MAX_PHOTOS)
    onChange()
  }

  takeFiles(add)
  return { photos: () => chosen }
}

/** A folder, or a file that is gone, has no bytes to read. */
async function readPhoto(file: File): Promise<Photo | undefined> {
  const { name, type } = file
  try {
    return { name, type, bytes: await file.arrayBuffer() }
  } catch {
    return undefined
  }
}

const toOutcome = (name: string, answer: Answer): string =>
  answer.state === 'failed'
    ? `${name}: ${answer.reason}`
    : `${name}: ${answer.label}, ${toPercent(answer.probability)}`

/** Lets the user say who answers, where there is more than one; the target of the moment. */
function offerTargets(targets: readonly Target[]): () => Target | undefined {
  const select = find('asked-target', HTMLSelectElement)
  select.append(...targets.map(({ name }) => element('option', { value: name }, name)))
  find('asked', HTMLParagraphElement).hidden = targets.length < 2
  return () => targets.find(({ name }) => name === select.value)
}

/** Of both inputs, and dropped anywhere: a photo that misses its place is not to replace the page. */
function takeFiles(add: (files: readonly File[]) => void): void {
  for (const id of ['choose', 'camera']) {
    const input = find(id, HTMLInputElement)
    input.addEventListener('change', () => {
      add([...(input.files ?? [])])
      // The same photo may be chosen again.
      input.value = ''
    })
  }
  const place = find('drop', HTMLDivElement)
  const mark = (isOver: boolean): void => {
    place.classList.toggle('over', isOver)
  }
  addEventListener('dragover', (event) => {
    event.preventDefault()
    mark(true)
  })
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) mark(false)
  })
  addEventListener('drop', (event) => {
    event.preventDefault()
    mark(false)
    add([...(event.dataTransfer?.files ?? [])])
  })
}

/** What a comparison sends, in words. */
export const toSentWords = (photos: readonly Photo[]): string =>
  photos.length === 0
    ? 'No photo was chosen above: a drawn picture is sent.'
    : `The ${toCount(photos.length, 'photo')} above ${photos.length === 1 ? 'is sent' : 'are sent in turn'}.`
