import { execSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { openCluster } from './cluster'
import type { Cluster } from './cluster'
import { ClusterError } from './cluster-error'
import { deploy } from './deploy'
import type { Deployable } from './deploy'
import { PackageError, readPackage } from './handler-package'
import { toInfo } from './info'
import { invoke } from './invoke'
import { readLogs } from './logs'
import { readService, ServiceError } from './read-service'
import type { FunctionPlan, ServicePlan } from './read-service'
import { remove } from './remove'
import { EVENT_SCHEMAS, FUNCTION_SCHEMA, PROVIDER_SCHEMA } from './schema'
import type { Hooks, Serverless, ServerlessOptions, ServerlessUtils } from './serverless'

const PROVIDER = 'kubeless'

const isExpected = (error: unknown): error is Error =>
  error instanceof ClusterError || error instanceof ServiceError || error instanceof PackageError

/** Serverless' provider `kubeless`: deploy, deploy function, info, invoke, logs and remove. */
export class KubelessPlugin {
  readonly hooks: Hooks
  private readonly serverless: Serverless
  private readonly options: ServerlessOptions
  private readonly utils: ServerlessUtils

  static getProviderName(): string {
    return PROVIDER
  }

  constructor(serverless: Serverless, options: ServerlessOptions, utils: ServerlessUtils) {
    this.serverless = serverless
    this.options = options
    this.utils = utils
    serverless.setProvider(PROVIDER, this)
    const { configSchemaHandler: schemas } = serverless
    schemas.defineProvider(PROVIDER, { provider: PROVIDER_SCHEMA, function: FUNCTION_SCHEMA })
    for (const [name, schema] of Object.entries(EVENT_SCHEMAS)) {
      schemas.defineFunctionEvent(PROVIDER, name, schema)
    }
    this.hooks = this.withPlainErrors({
      'before:package:createDeploymentArtifacts': () => this.build(),
      'before:deploy:function:packageFunction': () => this.build(),
      'deploy:deploy': () => this.deploy({ prune: true }),
      'deploy:function:deploy': () => this.deploy({ prune: false }),
      'info:info': () => this.info(),
      'invoke:invoke': () => this.invoke(),
      'logs:logs': () => this.logs(),
      'remove:remove': () => this.remove(),
    })
  }

  /** What a user can cause is told without a stack. */
  private withPlainErrors(hooks: Hooks): Hooks {
    const { Error: UserError } = this.serverless.classes
    const wrapped = Object.entries(hooks).map(([name, hook]) => {
      const plain = async (): Promise<void> => {
        try {
          await hook()
        } catch (error) {
          throw isExpected(error) ? new UserError(error.message, error.name) : error
        }
      }
      return [name, plain] as const
    })
    return Object.fromEntries(wrapped)
  }

  private readonly say = (line: string): void => {
    this.utils.log.notice(line)
  }

  private read(): ServicePlan {
    return readService(this.serverless.service)
  }

  private open({ namespace }: ServicePlan): Promise<Cluster> {
    return openCluster(namespace)
  }

  /** What `custom.build` says makes the zip. */
  private build(): Promise<void> {
    const command = this.serverless.service.custom?.['build']
    if (typeof command === 'string') {
      execSync(command, { cwd: this.serverless.serviceDir, stdio: ['ignore', 2, 2] })
    }
    return Promise.resolve()
  }

  private async deploy({ prune }: { readonly prune: boolean }): Promise<void> {
    const plan = this.read()
    const chosen = prune ? plan.functions : [this.chosen(plan)]
    const functions = await Promise.all(chosen.map((own) => this.toDeployable(own)))
    const { say } = this
    await deploy(await this.open(plan), { plan, functions, prune, say })
  }

  private async toDeployable(plan: FunctionPlan): Promise<Deployable> {
    return { plan, handler: await readPackage(this.zipOf(plan), plan.handler) }
  }

  private zipOf({ name }: FunctionPlan): string {
    const { serviceDir, service } = this.serverless
    const own = service.functions[name] as { readonly package?: { readonly artifact?: string } }
    const { package: folder } = this.options
    if (typeof folder === 'string')
      return join(resolve(serviceDir, folder), `${service.service}.zip`)
    const zip = own.package?.artifact ?? service.package.artifact
    if (zip !== undefined) return resolve(serviceDir, zip)
    throw new ServiceError('package.artifact is missing: name the zip with the function')
  }

  /** The function of `--function`. */
  private chosen({ functions }: ServicePlan): FunctionPlan {
    const { function: name } = this.options
    const found = functions.find((own) => own.name === name)
    if (found !== undefined) return found
    const names = functions.map((own) => own.name).join(', ')
    throw new ServiceError(`there is no function ${String(name)}; there are: ${names}`)
  }

  private async info(): Promise<void> {
    const plan = this.read()
    this.utils.writeText(await toInfo(await this.open(plan), plan))
  }

  private async invoke(): Promise<void> {
    const plan = this.read()
    const { data, path } = this.options
    const answer = await invoke(await this.open(plan), this.chosen(plan), {
      data: typeof data === 'string' ? data : undefined,
      path: typeof path === 'string' ? resolve(this.serverless.serviceDir, path) : undefined,
    })
    this.utils.writeText(answer)
  }

  private async logs(): Promise<void> {
    const plan = this.read()
    const { name } = this.chosen(plan)
    this.utils.writeText(await readLogs(await this.open(plan), name))
  }

  private async remove(): Promise<void> {
    const plan = this.read()
    const { service, rolloutTimeoutSeconds: timeoutSeconds } = plan
    const { say } = this
    const removed = await remove(await this.open(plan), { service, timeoutSeconds, say })
    if (removed === 0) say(`there was nothing of the service ${service}`)
  }
}
