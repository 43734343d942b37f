import Type from 'typebox'
import { endpoint } from './endpoint.ts'

/** Both fields are optional here because their absence has codes of its own: 41002 and 41004. */
export const gettoken = endpoint({
  method: 'GET',
  path: '/cgi-bin/gettoken',
  doc: 91039,
  title: '获取access_token',
  needs: 'nobody',
  effect: 'read',
  input: Type.Object({
    corpid: Type.Optional(Type.String({ maxLength: 512 })),
    corpsecret: Type.Optional(Type.String({ maxLength: 512 })),
  }),
  output: Type.Object({
    access_token: Type.String({ maxLength: 512 }),
    expires_in: Type.Integer({ description: 'seconds left' }),
  }),
})
