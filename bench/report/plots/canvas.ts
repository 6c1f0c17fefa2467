import { escapeMarkup } from '../escape'
import type * as Plots from '@observablehq/plot' with { 'resolution-mode': 'import' }

/** As much of the DOM as is used here; the project's types have none of it. */
interface Element {
  readonly outerHTML: string
  setAttribute(name: string, value: string): void
  removeAttribute(name: string): void
  querySelectorAll(selector: string): Iterable<Element>
  remove(): void
}

/** Draws plots without a browser. */
export interface Canvas {
  readonly Plot: typeof Plots
  /** Markup of an `svg` whose text alternative is `description`. */
  readonly draw: (description: string, options: Plots.PlotOptions) => string
}

/** Of a plot: narrow enough for a phone as it is. */
export const WIDTH = 336

/** Pixels to the side for what shares a place with others, so that none hides another. */
export function toShift(index: number, count: number): number {
  return (index - (count - 1) / 2) * Math.min(12, 60 / count)
}

/** Loads the libraries, which are ES modules. */
export async function createCanvas(): Promise<Canvas> {
  const [Plot, { parseHTML }] = await Promise.all([
    import('@observablehq/plot'),
    import('linkedom'),
  ])
  const { document } = parseHTML('<!doctype html><html><body></body></html>') as unknown as {
    readonly document: unknown
  }
  return {
    Plot,
    draw: (description, options) => {
      const all = { width: WIDTH, ...options, className: 'plot', document } as Plots.PlotOptions
      const drawn: unknown = Plot.plot(all)
      return label(drawn as Element, description)
    },
  }
}

function label(svg: Element, description: string): string {
  // The page has one style for all, and what is inside an image has no names of its own.
  for (const style of svg.querySelectorAll('style')) style.remove()
  for (const group of svg.querySelectorAll('[aria-label]')) group.removeAttribute('aria-label')
  svg.setAttribute('font-size', '11')
  // HTML lets < and & be in attributes, which XML does not.
  return svg.outerHTML.replace(
    '<svg ',
    () => `<svg role="img" aria-label="${escapeMarkup(description)}" `,
  )
}
