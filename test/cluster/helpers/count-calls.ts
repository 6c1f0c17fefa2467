/** How many calls a function on Kubeless has had, by its metrics. */
export async function countCalls(baseUrl: string): Promise<number> {
  const text = await (await fetch(`${baseUrl}/metrics`)).text()
  const counts = [...text.matchAll(/^function_calls_total\{[^}]*\} (\d+)$/gm)]
  return counts.reduce((sum, [, count]) => sum + Number(count), 0)
}
