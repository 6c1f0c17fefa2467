import type { Answer, Photo } from './ask'
import { element } from './element'
import { toMs, toPercent } from './format'

/** A photo on the page. */
export interface PhotoCard {
  readonly root: HTMLLIElement
  /** Shows what became of it. */
  show(answer: Answer, asked: string): void
}

/** A card of a photo that is on its way. */
export function createPhotoCard(photo: Photo): PhotoCard {
  const outcome = element('div', { class: 'outcome' }, element('p', { class: 'quiet' }, '…'))
  const root = element(
    'li',
    { class: 'photo' },
    toThumbnail(photo),
    element('div', {}, element('p', { class: 'name quiet' }, photo.name), outcome),
  )
  return {
    root,
    show(answer, asked) {
      outcome.replaceChildren(
        ...(answer.state === 'failed'
          ? [element('p', { class: 'error' }, toSentence(answer.reason))]
          : toPrediction(answer, asked)),
      )
    },
  }
}

function toThumbnail({ bytes, type }: Photo): HTMLElement {
  const url = URL.createObjectURL(new Blob([bytes], { type }))
  // The name is beside it.
  const thumbnail = element('img', { src: url, alt: '', width: 112, height: 112 })
  const frame = element('div', { class: 'thumbnail' }, thumbnail)
  const revoke = (): void => {
    URL.revokeObjectURL(url)
  }
  thumbnail.addEventListener('load', revoke, { once: true })
  thumbnail.addEventListener(
    'error',
    () => {
      revoke()
      // A browser's sign of a broken picture says no more than the answer does.
      thumbnail.remove()
    },
    { once: true },
  )
  return frame
}

type Classified = Extract<Answer, { readonly state: 'classified' }>

function toPrediction(answer: Classified, asked: string): readonly HTMLElement[] {
  const { label, probability, probabilities, model, roundTripMs, processingMs } = answer
  const processing = processingMs === undefined ? '' : `, ${toMs(processingMs)} of it processing`
  return [
    element('p', { class: 'label' }, label, ' ', element('span', {}, toPercent(probability))),
    element(
      'ul',
      { class: 'shares', 'aria-label': 'Probabilities' },
      ...Object.entries(probabilities).map(([name, share]) => toShare(name, share, label)),
    ),
    element(
      'p',
      { class: 'quiet' },
      `${toMs(roundTripMs)} ms round trip${processing} · ${asked}, ${model}`,
    ),
  ]
}

function toShare(name: string, share: number, label: string): HTMLElement {
  const bar = element('span', { class: 'bar', 'aria-hidden': 'true' }, element('span'))
  // Through the object model, which the policy allows, where a style attribute is not.
  bar.style.setProperty('--share', String(share))
  return element(
    'li',
    name === label ? { class: 'chosen' } : {},
    element('span', { class: 'share-name' }, name),
    bar,
    element('span', { class: 'number' }, toPercent(share)),
  )
}

const toSentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`
