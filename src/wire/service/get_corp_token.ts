import Type from 'typebox'
import { endpoint } from '../endpoint.ts'

/** Both fields are optional here because their absence has codes of its own: 41002 and 41025. */
export const getCorpToken = endpoint({
  method: 'POST',
  path: '/cgi-bin/service/get_corp_token',
  doc: 90605,
  title: '获取企业凭证',
  needs: 'suite',
  effect: 'read',
  isBareOnSuccess: true,
  input: Type.Object({
    auth_corpid: Type.Optional(Type.String({ maxLength: 512 })),
    permanent_code: Type.Optional(Type.String({ maxLength: 512 })),
  }),
  output: Type.Object({
    access_token: Type.String({ maxLength: 512 }),
    expires_in: Type.Integer({ description: 'seconds left' }),
  }),
})
