/** A file uploaded with a form. */
export type Upload = { readonly name: string; readonly bytes: Buffer }
export type Form = { readonly form: URLSearchParams; readonly files: ReadonlyMap<string, Upload> }

const emptyForm = (): Form => ({ form: new URLSearchParams(), files: new Map() })

/**
 * Parses the body of a form, url-encoded or multipart/form-data. The boundary of a multipart body is taken from its first line, and the
 * parts are parsed by Node's own `Response.formData`. A body that cannot be parsed is an empty form, which has no CSRF token and so is
 * refused.
 */
export async function readForm(body: Buffer | undefined): Promise<Form> {
  if (!body?.length) return emptyForm()
  if (body.subarray(0, 2).toString() !== '--') return { form: new URLSearchParams(body.toString('utf8')), files: new Map() }
  const boundary = body.subarray(2, body.indexOf('\r\n')).toString('latin1')
  if (!/^[\w'()+,./:=?-]{1,70}$/.test(boundary)) return emptyForm()
  try {
    const headers = { 'content-type': `multipart/form-data; boundary="${boundary}"` }
    const parts = await new Response(new Uint8Array(body), { headers }).formData()
    const form = new URLSearchParams()
    const files = new Map<string, Upload>()
    for (const [name, part] of parts)
      if (typeof part === 'string') form.append(name, part)
      else if (part.size > 0) files.set(name, { name: part.name, bytes: Buffer.from(await part.arrayBuffer()) })
    return { form, files }
  } catch {
    return emptyForm()
  }
}
