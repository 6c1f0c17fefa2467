import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { PageProblem, sendProblem } from './page-problem'
import type { PageTarget } from './page-target'
import { COMMON_HEADERS, PAGE_POLICY, REPORT_POLICY } from './policies'
import { addProxy, readPhotos, tooLarge } from './proxy'
import type { ProxyLimits } from './proxy'
import { createReportShelf } from './report'
import { sendFile, storeFile } from './stored-file'
import type { StoredFile } from './stored-file'

/** What the page shows, and to whom it sends photos. */
export interface PageOptions {
  /** Of the page's files, as `npm run build` makes them. */
  readonly folder: string
  /** Which the page may ask, through this server. */
  readonly targets: readonly PageTarget[]
  /** Name of the server itself, which answers POST /classify: the page's target where `targets` is empty. */
  readonly self?: string
  /** Path of the report's HTML file at the moment; undefined: there is none. */
  readonly findReport: () => Promise<string | undefined>
  readonly limits?: Partial<ProxyLimits>
}

/** A photo of 10 MB in a form; as long as a target's own time limit and its queue may take; two runs of the page. */
const LIMITS: ProxyLimits = { maxBytes: 10_100_000, timeLimitMs: 30_000, maxAtOnce: 16 }

/** Address, file and type. */
const FILES = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/style.css', 'style.css', 'text/css; charset=utf-8'],
  ['/page.js', 'page.js', 'text/javascript; charset=utf-8'],
  ['/icon.svg', 'icon.svg', 'image/svg+xml'],
] as const

/**
 * Adds the page to a server: GET / and its files, /targets (whom it may ask), /report, and POST
 * /targets/NAME/classify. Nothing of it is read before it is asked for.
 */
export function addPage(server: FastifyInstance, options: PageOptions): void {
  const limits = { ...LIMITS, ...options.limits }
  void server.register((page, _options, done) => {
    page.addHook('onRequest', (_request, reply, next) => {
      reply.headers(COMMON_HEADERS)
      next()
    })
    page.setErrorHandler((error, _request, reply) => {
      if (error instanceof PageProblem) return sendProblem(reply, error)
      if (isTooLarge(error)) return sendProblem(reply, tooLarge(limits.maxBytes))
      throw error as Error
    })
    readPhotos(page, limits.maxBytes)
    addFiles(page, options.folder)
    addReport(page, options)
    addProxy(page, { targets: options.targets, limits })
    done()
  })
}

function addFiles(page: FastifyInstance, folder: string): void {
  for (const [address, name, contentType] of FILES) {
    let stored: StoredFile | undefined
    page.get(address, async (request, reply) => {
      stored ??= await storeFile(join(folder, name), contentType).catch((cause: unknown) => {
        throw new PageProblem('NOT_FOUND', 'the page is not built: run npm run build', { cause })
      })
      if (address === '/') reply.header('content-security-policy', PAGE_POLICY)
      return sendFile(request, reply, stored)
    })
  }
}

function addReport(page: FastifyInstance, { targets, self, findReport }: PageOptions): void {
  const readReport = createReportShelf(findReport)
  const own = self === undefined ? [] : [{ name: self, address: 'classify' }]
  const proxied = targets.map(({ name }) => ({ name, address: `targets/${name}/classify` }))
  page.get('/targets', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({
      targets: proxied.length > 0 ? proxied : own,
      proxied: proxied.length > 0,
      report: (await readReport())?.title ?? null,
    }),
  )
  page.get('/report', async (request, reply) => {
    const report = await readReport()
    if (report === undefined) {
      throw new PageProblem('NOT_FOUND', 'there is no report here; npm run compare makes one')
    }
    return sendFile(request, reply.header('content-security-policy', REPORT_POLICY), report.file)
  })
}

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'FST_ERR_CTP_BODY_TOO_LARGE'
