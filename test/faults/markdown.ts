import { toTable } from '../../model-training/markdown-table'
import type { Made } from '../helpers/made'
import type { FaultRow } from './run-fault'

/** run.json: what faults.json was made by. */
export interface FaultsRun extends Made {
  readonly model: { readonly name: string; readonly sha256: string }
  readonly kafka: string
  readonly rabbitmq: string
}

/** faults.md: a pure function of the files beside it. */
export function toMarkdown(run: FaultsRun, rows: readonly FaultRow[]): string {
  const head = ['fault', 'broker', 'hits', 'sent', 'answered', 'rejected', 'redelivered']
  const cells = rows.map((row) => [
    ...[row.fault, row.broker, row.hits, row.sent, row.answered, row.rejected, row.redelivered],
    ...[row.lost, row.duplicated, row.seconds],
  ])
  const table = toTable([...head, 'lost', 'duplicated', 'seconds'], toTexts(cells))
  const { command, commit, node, cpu, model, kafka, rabbitmq } = run
  return `# What becomes of photos where something goes wrong

Written from faults.json and run.json. \`${command}\`, commit ${commit}, Node.js ${node}, ${cpu}, model ${model.name}
${model.sha256.slice(0, 12)}, Kafka ${kafka}, RabbitMQ ${rabbitmq}, all on one machine. \`hits\`: how often the fault came while photos had no answer;
\`answered\` and \`rejected\`: distinct photos; \`redelivered\`: further records that say the same; \`duplicated\`: photos with
records that contradict each other; \`lost\`: photos of which nothing is said.

${table}
`
}

const toTexts = (rows: readonly (readonly (string | number)[])[]): string[][] =>
  rows.map((row) => row.map(String))
