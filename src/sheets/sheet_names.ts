/**
 * Returns a function that turns a wished sheet name into one that Excel accepts: 1-31 characters, none of []:*?/\, no apostrophe at either
 * end, not "History", and different from all names before it (ignoring case).
 */
export function sheetNamer(): (wishedName: string) => string {
  const taken = new Set<string>(['history'])
  return (wishedName) => {
    const cleaned = wishedName
      .toWellFormed()
      .replaceAll(/[[\]:*?/\\\u0000-\u001f\ufffe\uffff]/g, ' ')
      .replaceAll(/^[\s']+|[\s']+$/g, '')
    const base = cleaned || '-'
    for (let count = 1; ; count++) {
      const suffix = count === 1 ? '' : ` (${count})`
      const name = truncate(base, 31 - suffix.length) + suffix
      if (taken.has(name.toLowerCase())) continue
      taken.add(name.toLowerCase())
      return name
    }
  }
}

/** Truncates a text to a number of UTF-16 units, which is what Excel counts, without cutting a character into halves. */
function truncate(text: string, maxUnits: number): string {
  let start = ''
  for (const character of text) {
    if (start.length + character.length > maxUnits) break
    start += character
  }
  return start.replace(/[\s']+$/, '')
}
