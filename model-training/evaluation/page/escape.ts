import { toPlainLine } from '../plain-line'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as it may stand between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return toPlainLine(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '')
}
