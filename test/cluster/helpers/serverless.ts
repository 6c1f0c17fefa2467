import { readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import AdmZip from 'adm-zip'
import { run } from './run'
import type { Ended } from './run'

const ROOT = join(__dirname, '../../..')
/** Where the function's own serverless.yml is. */
const SERVICE_FOLDER = join(ROOT, 'functions/kubeless')

/** The function of serverless.yml. */
export const NAME = 'photo-function'

/** What of serverless.yml tests change. */
export interface ServiceFile {
  provider: Record<string, unknown>
  functions: {
    [NAME]: {
      package: { artifact: string }
      environment: Record<string, string>
      events: object[]
    }
  }
  custom?: object
  [property: string]: unknown
}

/**
 * Runs `serverless` as from the service's folder.
 *
 * @param installedIn where it is installed
 * @param signal ends it
 */
export const serverless = (
  kubeconfig: string,
  args: readonly string[],
  cwd = SERVICE_FOLDER,
  installedIn = ROOT,
  signal?: AbortSignal,
): Promise<Ended> =>
  run(join(installedIn, 'node_modules/.bin/serverless'), args, {
    cwd,
    env: { KUBECONFIG: kubeconfig },
    ...(signal && { signal }),
  })

/** Writes another service into an empty folder: the function's own but for what is changed; its zip is built already. */
export async function writeService(
  folder: string,
  change: (service: ServiceFile) => void,
): Promise<void> {
  const { loadYaml } = await import('@kubernetes/client-node')
  const text = await readFile(join(SERVICE_FOLDER, 'serverless.yml'), 'utf8')
  const service = loadYaml<ServiceFile>(text)
  service.functions[NAME].package.artifact = join(ROOT, 'dist/functions/kubeless/handler.zip')
  delete service.custom
  change(service)
  await symlink(join(SERVICE_FOLDER, 'serverless-plugin'), join(folder, 'serverless-plugin')).catch(
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    },
  )
  await writeFile(join(folder, 'serverless.json'), JSON.stringify(service))
}

/** Writes a function's zip that holds this handler. */
export async function writeZip(file: string, handler: string): Promise<void> {
  const zip = new AdmZip()
  zip.addFile('handler.js', Buffer.from(handler))
  await writeFile(file, zip.toBuffer())
}
