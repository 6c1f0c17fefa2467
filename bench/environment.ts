/** The machine and the programs of a run; null, or `unknown`: an imported run does not say. Has no host name, user or path in it. Times of the clock are ISO 8601. */
export interface Environment {
  readonly startedAt: string
  /** Of photo-twin; `uncommitted` says that the working tree differed from the commit. */
  readonly commit: string | null
  readonly uncommitted: boolean | null
  readonly cpu: { readonly model: string; readonly cores: number | null }
  readonly memoryBytes: number | null
  readonly operatingSystem: {
    readonly platform: string
    readonly release: string
    readonly architecture: string
  }
  /** Of the load generator. */
  readonly node: string | null
  /** Versions of what measures: autocannon. */
  readonly packages: Readonly<Record<string, string>>
  /** 1, 5 and 15 minutes; null where the system has none (Windows), and `after` until the run has ended. */
  readonly loadAverage: {
    readonly before: readonly number[] | null
    readonly after: readonly number[] | null
  }
  /** Share of the CPU time that the hypervisor gave to others during the run, 0 to 1; null where unknown. */
  readonly stealShare: number | null
}
