/** Text that is HTML already. Everything else that goes into a page is escaped. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = Html | string | number | false | null | undefined | readonly Part[]

/** A page, or a piece of one. Attributes stand in double quotes, so that what is escaped cannot end them. */
export const html = (strings: TemplateStringsArray, ...parts: Part[]): Html => {
  let text = strings[0] as string
  parts.forEach((part, index) => {
    text += written(part) + strings[index + 1]
  })
  return new Html(text)
}

function written(part: Part): string {
  if (part instanceof Html) return part.text
  if (Array.isArray(part)) return (part as readonly Part[]).map(written).join('')
  if (part === false || part === null || part === undefined) return ''
  return escaped(String(part))
}

const marks: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (mark) => marks[mark] as string)

export const nothing = new Html('')

/** A path with a query; what is undefined, empty or the default is left out. */
export function link(path: string, query: Readonly<Record<string, string | number | undefined>> = {}): string {
  const asked = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  return asked.length ? `${path}?${new URLSearchParams(asked.map(([name, value]) => [name, String(value)] as [string, string]))}` : path
}
