/** A plot with what is said about it. */
export interface Figure {
  readonly title: string
  /** Markup of one `svg`. */
  readonly svg: string
}

/** Plots that are read in the same way. */
export interface FigureGroup {
  /** Id of the section that they illustrate. */
  readonly section: string
  readonly title: string
  /** Which signs need to be explained. */
  readonly legend: 'targets' | 'parts' | 'none'
  /** How the plots are to be read, in a sentence. */
  readonly reading: string
  readonly figures: readonly Figure[]
}
