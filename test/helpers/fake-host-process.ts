import { createFakeServer } from './fake-target'
import type { FakeServer } from './fake-target'
import type { Answered, Asked } from './fake-host'
import { createPacedServer } from './paced-server'

const servers: FakeServer[] = []

process.on('message', (asked: Asked) => {
  void answer(asked).then((answered) => process.send?.(answered))
})
// The tests are gone.
process.once('disconnect', () => process.exit())

async function answer({ open, openPaced, at, behave, close }: Asked): Promise<Answered> {
  if (open !== undefined) servers.push(await createFakeServer(open))
  if (openPaced !== undefined) servers.push(await createPacedServer(openPaced))
  const own = servers[at ?? servers.length - 1]
  if (own === undefined) throw new Error('no such target')
  if (behave !== undefined) own.behave(behave)
  if (close === true) await own.close()
  const { baseUrl, record } = own
  return { at: servers.indexOf(own), baseUrl, record }
}
