/** The little of Serverless Framework that a provider's plugin uses; its own types are of AWS. */
export interface Serverless {
  readonly serviceDir: string
  readonly service: {
    readonly service: string
    readonly provider: Readonly<Record<string, unknown>>
    readonly functions: Readonly<Record<string, unknown>>
    readonly custom?: Readonly<Record<string, unknown>>
    readonly package: { readonly artifact?: string }
  }
  readonly configSchemaHandler: {
    defineProvider(name: string, schema: object): void
    defineFunctionEvent(provider: string, name: string, schema: object): void
  }
  setProvider(name: string, provider: object): void
  readonly classes: {
    /** What Serverless shows to its user without a stack. */
    readonly Error: new (message: string, code: string) => Error
  }
}

/** What the command line said. */
export type ServerlessOptions = Readonly<Record<string, string | boolean | undefined>>

/** What Serverless gives a plugin to print with. */
export interface ServerlessUtils {
  readonly log: { notice(text: string): void }
  /** To standard output. */
  writeText(text: string): void
}

/** Hooks by the name of the step that they belong to. */
export type Hooks = Readonly<Record<string, () => Promise<void>>>
