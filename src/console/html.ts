/** Text that is HTML already. Everything else is escaped before it goes into a page. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = Html | string | number | false | null | undefined | readonly Part[]

/**
 * A template tag for a page or a part of one. Values are escaped, except Html; lists are joined; false, null and undefined are left out.
 * Write attributes in double quotes: an escaped value cannot contain one, and so cannot end its attribute.
 */
export const html = (strings: TemplateStringsArray, ...parts: Part[]): Html => {
  let text = strings[0] as string
  parts.forEach((part, index) => {
    text += htmlOf(part) + strings[index + 1]
  })
  return new Html(text)
}

function htmlOf(part: Part): string {
  if (part instanceof Html) return part.text
  if (Array.isArray(part)) return (part as readonly Part[]).map(htmlOf).join('')
  if (part === false || part === null || part === undefined) return ''
  return escapeHtml(String(part))
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escapeHtml = (text: string) => text.replaceAll(/[&<>"']/g, (character) => entities[character] as string)

export const nothing = new Html('')

/** A path with a query string. Parameters that are undefined or empty are left out. */
export function pathWithQuery(path: string, query: Readonly<Record<string, string | number | undefined>> = {}): string {
  const params = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  return params.length ? `${path}?${new URLSearchParams(params.map(([name, value]) => [name, String(value)] as [string, string]))}` : path
}
