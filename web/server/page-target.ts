/** Something that runs and answers `POST BASE_URL/classify`. */
export interface PageTarget {
  readonly name: string
  readonly baseUrl: string
}

/** What was given is no target; the message says what is accepted. */
export class PageTargetError extends Error {
  override readonly name = 'PageTargetError'
}

/** So that a name is part of an address as it is. */
const NAME_AND_URL = /^([A-Za-z0-9][A-Za-z0-9_-]{0,39})=(.+)$/

/**
 * Targets of `NAME=URL` each, in their order.
 *
 * @throws PageTargetError naming the text and what is accepted
 */
export function toPageTargets(texts: readonly string[]): readonly PageTarget[] {
  const targets = texts.map(toPageTarget)
  const names = targets.map(({ name }) => name)
  const twice = names.find((name, at) => names.indexOf(name) < at)
  if (twice === undefined) return targets
  throw new PageTargetError(`two targets are called "${twice}"; give them different names`)
}

function toPageTarget(text: string): PageTarget {
  const [, name = '', address = ''] = NAME_AND_URL.exec(text.trim()) ?? []
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new PageTargetError(
      'a target is NAME=BASE_URL such as function=http://127.0.0.1:8081, its name of letters, digits, - and _, ' +
        `not "${text}"`,
    )
  }
  if (url.username !== '' || url.password !== '') {
    throw new PageTargetError(`target ${name}: a user or password in the URL is not supported`)
  }
  if (url.search !== '' || url.hash !== '') {
    throw new PageTargetError(`target ${name}: leave out of the URL what follows its path`)
  }
  return { name, baseUrl: url.href.replace(/\/+$/, '') }
}
