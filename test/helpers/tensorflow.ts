import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Why the engine `tensorflow` cannot be tested here, or undefined where tfjs-node is built. */
export function whyNoTensorflow(): string | undefined {
  const reason = '@tensorflow/tfjs-node is not built (README)'
  try {
    const folder = dirname(require.resolve('@tensorflow/tfjs-node/package.json'))
    return existsSync(join(folder, 'lib', 'napi-v8', 'tfjs_binding.node')) ? undefined : reason
  } catch {
    return reason
  }
}
