/** A program of the command line. */
interface Program {
  /** Its script in package.json. */
  readonly name: string
  /** Gets the arguments without node and script, and answers the exit status. */
  readonly main: (args: readonly string[]) => Promise<number>
  /** 1 is a bug, whose stack is printed; of everything else the message says enough. */
  readonly toExitCode: (error: unknown) => number
}

const USAGE_ERROR = 64

/** Runs a program to its end: prints what it throws, and sets the process's exit status. */
export function runProgram({ name, main, toExitCode }: Program): void {
  // Who reads no longer does not end it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  main(process.argv.slice(2)).then(
    (exitCode) => {
      process.exitCode = exitCode
    },
    (error: unknown) => {
      const exitCode = toExitCode(error)
      const { message, stack } = error instanceof Error ? error : new Error(String(error))
      process.stderr.write(`${exitCode === 1 ? (stack ?? message) : message}\n`)
      if (exitCode === USAGE_ERROR) process.stderr.write(`See npm run ${name} -- --help\n`)
      process.exitCode = exitCode
    },
  )
}
