/**
 * Text from outside as one harmless line: control characters, line breaks and what turns the direction of writing
 * become `\uFFFD`, so that a file's name can neither steer a terminal nor pass for another.
 */
export function toPlainLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
}
