type Transferable = ArrayBuffer & { readonly transfer?: (bytes: number) => ArrayBuffer }

/**
 * Gives a buffer's memory back at once, where Node.js can (22 and newer) and the buffer has it for itself. Otherwise it is
 * given back when garbage is collected, and photos are so much of it that this takes 4 % of a request's CPU.
 */
export function giveBackMemory({ byteLength, buffer }: Buffer): void {
  if (byteLength === buffer.byteLength) (buffer as Transferable).transfer?.(0)
}
