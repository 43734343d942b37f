/** Names that Excel takes: 1-31 characters, none of []:*?/\, no quote at either end, not "History", each once whatever the case. */
export function sheetNamer(): (wish: string) => string {
  const taken = new Set<string>(['history'])
  return (wish) => {
    const clean = wish
      .toWellFormed()
      .replaceAll(/[[\]:*?/\\\u0000-\u001f\ufffe\uffff]/g, ' ')
      .replaceAll(/^[\s']+|[\s']+$/g, '')
    const base = clean || '-'
    for (let count = 1; ; count++) {
      const suffix = count === 1 ? '' : ` (${count})`
      const name = cut(base, 31 - suffix.length) + suffix
      if (taken.has(name.toLowerCase())) continue
      taken.add(name.toLowerCase())
      return name
    }
  }
}

/** At most so many UTF-16 units, which is what Excel counts, and no half a character. */
function cut(text: string, units: number): string {
  let kept = ''
  for (const character of text) {
    if (kept.length + character.length > units) break
    kept += character
  }
  return kept.replace(/[\s']+$/, '')
}
