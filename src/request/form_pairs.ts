import { parse } from 'node:querystring'

/** Pairs of a form at most. The longest form of the console has some 550: a checkbox for each line of a page. */
const mostPairs = 1000

/**
 * Parses `application/x-www-form-urlencoded` in time linear in its length. `URLSearchParams` takes quadratic time for names without "=":
 * 7 s for 1.6 MB of "a&".
 *
 * @throws SyntaxError above 1,000 pairs, or where `checkNoNul` throws one
 */
export function formPairs(text: string): URLSearchParams {
  let pairs = 1
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1))
    if (++pairs > mostPairs) throw new SyntaxError(`form: expected at most ${mostPairs} pairs`)
  const form = new URLSearchParams()
  for (const [name, values = ''] of Object.entries(parse(text, '&', '=', { maxKeys: mostPairs })))
    for (const value of [values].flat()) form.append(name, value)
  checkNoNul(form)
  return form
}

/** The pairs of a URL's query. Throws as `formPairs` does. */
export function queryPairs(url: string): URLSearchParams {
  const question = url.indexOf('?')
  return formPairs(question < 0 ? '' : url.slice(question + 1))
}

/** Throws a SyntaxError where a name or a value of a form has a NUL, which PostgreSQL does not store. */
export function checkNoNul(form: URLSearchParams): void {
  if ([...form].flat().some((text) => text.includes('\0'))) throw new SyntaxError('form: expected no NUL')
}
