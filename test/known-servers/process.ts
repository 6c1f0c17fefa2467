import type { Behaviour } from './behaviour'
import { createKnownServer } from './server'
import type { KnownServer, LedgerRow } from './server'

/** What the process is asked. */
export type Asked = 'begin' | 'ledger'

/** What it answers. */
export interface Answered {
  readonly baseUrl: string
  readonly ledger: readonly LedgerRow[]
}

let server: KnownServer | undefined

process.on('message', (asked: Asked) => {
  if (asked === 'begin') server?.begin()
  tell(asked === 'ledger')
})
// Whoever started it is gone.
process.once('disconnect', () => process.exit())

function tell(withLedger: boolean): void {
  const answered: Answered = {
    baseUrl: server?.baseUrl ?? '',
    ledger: withLedger ? (server?.ledger ?? []) : [],
  }
  process.send?.(answered)
}

void createKnownServer(JSON.parse(process.argv[2] ?? '') as Behaviour).then((created) => {
  server = created
  tell(false)
})
