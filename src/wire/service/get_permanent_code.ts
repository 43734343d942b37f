import Type from 'typebox'
import { endpoint } from '../endpoint.ts'

/** Optional here, because a missing code is answered with 41008. WeCom answers a code shorter than 64 bytes with 40058. */
export const authCode = Type.Object({ auth_code: Type.Optional(Type.String({ maxLength: 512, description: '64-512 bytes, good once' })) })

export const permanent_code = Type.String({ maxLength: 512 })
export const auth_corp_info = Type.Object({ corpid: Type.String(), corp_name: Type.String() })

/** A delegated app gets no access_token here: it fetches one from gettoken, with the permanent code as its secret. */
export const getPermanentCode = endpoint({
  method: 'POST',
  path: '/cgi-bin/service/get_permanent_code',
  doc: 90603,
  title: '获取企业永久授权码',
  needs: 'suite',
  effect: 'write',
  input: authCode,
  output: Type.Object({
    access_token: Type.Optional(Type.String({ maxLength: 512 })),
    expires_in: Type.Optional(Type.Integer({ description: 'seconds left' })),
    permanent_code,
    auth_corp_info,
    auth_info: Type.Object({
      agent: Type.Array(
        Type.Object({
          agentid: Type.Integer(),
          name: Type.String(),
          auth_mode: Type.Integer({ description: '0 by an administrator, 1 by a member' }),
          is_customized_app: Type.Boolean({ description: 'whether it is a delegated app' }),
        }),
      ),
    }),
  }),
})
