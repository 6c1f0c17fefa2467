export { addPage } from './server/page'
export type { PageOptions } from './server/page'
export { PageTargetError, toPageTargets } from './server/page-target'
export { PROXY_ROUTE } from './server/proxy'
