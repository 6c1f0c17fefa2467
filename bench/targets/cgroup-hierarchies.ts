import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** A mounted tree of cgroups. */
export interface Hierarchy {
  readonly version: 1 | 2
  /** Of version 1; those of version 2 are in its files. */
  readonly controllers: readonly string[]
  /** The folder of its topmost cgroup that can be seen. */
  readonly top: string
  /** The folder of the cgroup that this process is in. */
  readonly own: string
}

/** Files that tell which cgroups there are. */
export interface HierarchyFiles {
  readonly mountsFile?: string
  readonly membershipFile?: string
}

/** The hierarchies that this process can see itself in; none on systems without cgroups. */
export function readHierarchies({
  mountsFile = '/proc/self/mountinfo',
  membershipFile = '/proc/self/cgroup',
}: HierarchyFiles = {}): readonly Hierarchy[] {
  const memberships = readLines(membershipFile).map(parseMembership)
  return readLines(mountsFile).flatMap((line) => {
    const mount = parseMount(line)
    if (mount === undefined) return []
    const { version, controllers, root, top } = mount
    const path = memberships.find((membership) => isIn(mount, membership))?.path
    // A container sees only its part of the tree: `root` is what is mounted of it, which may be above what it can name.
    if (path === undefined || root.startsWith('/..')) return []
    const below = relative(root, path)
    return below.startsWith('..') ? [] : [{ version, controllers, top, own: join(top, below) }]
  })
}

interface Mount extends Pick<Hierarchy, 'version' | 'controllers' | 'top'> {
  readonly root: string
}

/** proc(5): "id parent device root mount-point options… - type source controllers". */
function parseMount(line: string): Mount | undefined {
  const [before = '', after = ''] = line.split(' - ')
  const [, , , root = '', top = ''] = before.split(' ').map(withoutEscapes)
  const [type, , options = ''] = after.split(' ')
  if (type === 'cgroup2') return { version: 2, controllers: [], root, top }
  return type === 'cgroup' ? { version: 1, controllers: options.split(','), root, top } : undefined
}

const withoutEscapes = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8)))

interface Membership {
  readonly number: string
  readonly controllers: readonly string[]
  readonly path: string
}

/** cgroups(7): "number:controllers:path"; version 2 has number 0 and no controllers. */
function parseMembership(line: string): Membership {
  const [number = '', controllers = '', ...path] = line.split(':')
  return { number, controllers: controllers.split(','), path: path.join(':') }
}

function isIn({ version, controllers }: Mount, membership: Membership): boolean {
  if (version === 2) return membership.number === '0'
  return membership.controllers.some((name) => name !== '' && controllers.includes(name))
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}
