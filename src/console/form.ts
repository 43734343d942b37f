/** A file that came with a form. */
export type Upload = { readonly name: string; readonly bytes: Buffer }
export type Form = { readonly form: URLSearchParams; readonly files: ReadonlyMap<string, Upload> }

const nothing = (): Form => ({ form: new URLSearchParams(), files: new Map() })

/** What a form sent. One with a file comes in parts, between lines that the first line names; Node itself reads those. */
export async function readForm(body: Buffer | undefined): Promise<Form> {
  if (!body?.length) return nothing()
  if (body.subarray(0, 2).toString() !== '--') return { form: new URLSearchParams(body.toString('utf8')), files: new Map() }
  const boundary = body.subarray(2, body.indexOf('\r\n')).toString('latin1')
  if (!/^[\w'()+,./:=?-]{1,70}$/.test(boundary)) return nothing()
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
    return nothing() // without our token it changes nothing
  }
}
