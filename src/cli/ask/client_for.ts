import { type Client, type ClientOptions, createClient, officialHost } from '../../client/client.ts'
import { fileTokens } from '../../client/node.ts'
import { readLogins, tokenFile } from './login_file.ts'

/**
 * Returns a client for the server, school and secret that the flags, the environment and the stored logins give, in this order.
 * Throws an error that says which "rollcall login" to run if no secret is known.
 */
export async function clientFor(
  flags: { base?: string | undefined; corp?: string | undefined },
  signal?: AbortSignal,
  clientOptions: Pick<ClientOptions, 'retry' | 'limit'> = {},
): Promise<{ client: Client; base: string; corpid: string; isOfficial: boolean }> {
  const environment = process.env
  const givenBase = (flags.base ?? environment.ROLLCALL_BASE)?.replace(/\/+$/, '')
  const givenCorpid = flags.corp ?? environment.ROLLCALL_CORP
  const login = environment.ROLLCALL_SECRET
    ? undefined
    : (await readLogins(environment)).find((each) => (givenBase ?? each.base) === each.base && (givenCorpid ?? each.corpid) === each.corpid)
  const base = givenBase ?? login?.base ?? officialHost
  const corpid = givenCorpid ?? login?.corpid
  const corpsecret = environment.ROLLCALL_SECRET ?? login?.secret
  if (!corpid || !corpsecret) {
    const loginFlags = `${givenBase ? ` --base ${givenBase}` : ''}${givenCorpid ? ` --corp ${givenCorpid}` : ''}`
    throw new Error(`no secret for ${givenCorpid ?? 'the school'} at ${base}: run "rollcall login${loginFlags}" first`)
  }
  const tokens = fileTokens(tokenFile(environment))
  const client = createClient({ base, corpid, corpsecret, tokens, ...(signal && { signal }), ...clientOptions })
  return { client, base, corpid, isOfficial: new URL(base).hostname === new URL(officialHost).hostname }
}
