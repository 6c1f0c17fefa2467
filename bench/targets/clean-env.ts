/** What programs need to be found and to start on each system, and nothing that is a setting of ours or of Node's. */
const KEPT = ['PATH', 'LD_LIBRARY_PATH', 'SystemRoot', 'TEMP']

/** The little of an environment that a program of the comparison gets. */
export function toCleanEnv(own: NodeJS.ProcessEnv): Record<string, string> {
  const kept = KEPT.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]] as const]))
  return { ...Object.fromEntries(kept), TF_CPP_MIN_LOG_LEVEL: '2' }
}
