import { checkNoNul, formPairs, queryPairs } from '../request/form_pairs.ts'

/** A file uploaded with a form. */
export type Upload = { readonly name: string; readonly bytes: Buffer }
export type Form = { readonly form: URLSearchParams; readonly files: ReadonlyMap<string, Upload> }

export const emptyForm = (): Form => ({ form: new URLSearchParams(), files: new Map() })

/** Parts of a multipart body, and bytes of the headers of each. The upload of a roster has four parts. */
const mostParts = 20
const mostHeaderBytes = 2000

/**
 * Parses the body of a form, url-encoded or multipart/form-data. The boundary of a multipart body is taken from its first line. A body that
 * cannot be parsed is an empty form, which has no CSRF token and so is refused.
 */
export async function readForm(body: Buffer | undefined): Promise<Form> {
  if (!body?.length) return emptyForm()
  try {
    if (body.subarray(0, 2).toString() !== '--') return { form: formPairs(body.toString('utf8')), files: new Map() }
    return await readParts(body, body.subarray(2, body.indexOf('\r\n')).toString('latin1'))
  } catch {
    return emptyForm()
  }
}

/** The query of a URL in time linear in its length. A query that cannot be parsed is empty, as a form is. */
export function readQuery(url: string): URLSearchParams {
  try {
    return queryPairs(url)
  } catch {
    return new URLSearchParams()
  }
}

/** Throws where the body is malformed, has more parts than `mostParts`, or a text with NUL. The parts are parsed by Node's `Response.formData`. */
async function readParts(body: Buffer, boundary: string): Promise<Form> {
  if (!/^[\w'()+,./:=?-]{1,70}$/.test(boundary)) throw new SyntaxError('boundary: expected 1-70 characters')
  checkParts(body, boundary)
  const headers = { 'content-type': `multipart/form-data; boundary="${boundary}"` }
  const parts = await new Response(new Uint8Array(body), { headers }).formData()
  const form = new URLSearchParams()
  const files = new Map<string, Upload>()
  for (const [name, part] of parts)
    if (typeof part === 'string') form.append(name, part)
    else if (part.size > 0) files.set(name, { name: part.name, bytes: Buffer.from(await part.arrayBuffer()) })
  checkNoNul(form)
  return { form, files }
}

/** Throws where there are too many parts or headers. Node's parser took 8 s for 150,000 parts. */
function checkParts(body: Buffer, boundary: string): void {
  const delimiter = `--${boundary}`
  let count = 0
  for (let at = 0; at >= 0; at = body.indexOf(`\r\n${delimiter}`, at + 1)) {
    const head = body.subarray(at, at + delimiter.length + mostHeaderBytes)
    const isEnd = head.toString('latin1').trimStart().startsWith(`${delimiter}--`)
    if (++count > mostParts || (!isEnd && head.indexOf('\r\n\r\n') < 0))
      throw new SyntaxError(`form: expected at most ${mostParts} parts, and ${mostHeaderBytes} bytes of headers in each`)
  }
}
