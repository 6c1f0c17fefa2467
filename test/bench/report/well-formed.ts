const NAME = '[A-Za-z_][\\w:.-]*'
const VALUE = `"(?:[^<&"]|&(?:amp|lt|gt|quot|#\\d+|#x[\\da-f]+);)*"`
const TAG = new RegExp(`^<(/?)(${NAME})((?:\\s+${NAME}=${VALUE})*)\\s*(/?)>`)
const TEXT = /^(?:[^<&]|&(?:amp|lt|gt|quot|#\d+|#x[\da-f]+);)+/i

/** @throws Error where this is no well-formed XML document of elements, attributes and text */
export function assertWellFormed(xml: string): void {
  const open: string[] = []
  let rest = xml.trim()
  let roots = 0
  while (rest !== '') {
    const tag = TAG.exec(rest)
    if (tag !== null) {
      const [all, closing, name, attributes, empty] = tag
      if (closing === '/') {
        if (open.pop() !== name) throw new Error(`</${name!}> closes something else`)
      } else {
        const names = [...attributes!.matchAll(/([^\s=]+)="/g)].map(([, of]) => of)
        if (new Set(names).size !== names.length) throw new Error(`an attribute twice: ${all}`)
        if (open.length === 0) roots++
        if (empty !== '/') open.push(name!)
      }
      rest = rest.slice(all.length)
      continue
    }
    const text = TEXT.exec(rest)
    if (text === null || open.length === 0) throw new Error(`not XML: ${rest.slice(0, 80)}`)
    rest = rest.slice(text[0].length)
  }
  if (open.length > 0 || roots !== 1) throw new Error('not one element')
}
