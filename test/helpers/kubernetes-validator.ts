import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

const python = (): string => process.env['KUBERNETES_PYTHON'] ?? 'python3'

/** Why Python's kubernetes-validate, which has Kubernetes' schemas with it, cannot be asked here, or undefined where it can. */
export async function whyNoKubernetesValidator(): Promise<string | undefined> {
  try {
    await run(python(), ['-c', 'import kubernetes_validate'])
    return undefined
  } catch {
    return `${python()} has no package kubernetes-validate (KUBERNETES_PYTHON names another Python)`
  }
}

/**
 * Looks whether manifests are what a version of Kubernetes knows, without a property that it does not know.
 *
 * @returns a line for each object, which begins with INFO if it is right
 */
export async function validateManifests(
  version: string,
  files: readonly string[],
): Promise<readonly string[]> {
  const args = ['-m', 'kubernetes_validate', '--strict', '--kubernetes-version', version, ...files]
  const { stdout, stderr } = await run(python(), args).catch(
    (error: unknown) => error as { readonly stdout: string; readonly stderr: string },
  )
  return (stdout + stderr).split('\n').filter(Boolean)
}
