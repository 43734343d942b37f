import Type from 'typebox'
import { endpoint } from '../endpoint.ts'

/** All fields are optional here because their absence has codes of its own: 41021, 41024, 41023. */
export const getSuiteToken = endpoint({
  method: 'POST',
  path: '/cgi-bin/service/get_suite_token',
  doc: 97162,
  title: '获取第三方应用凭证',
  needs: 'nobody',
  effect: 'read',
  isBareOnSuccess: true,
  input: Type.Object({
    suite_id: Type.Optional(Type.String({ maxLength: 512 })),
    suite_secret: Type.Optional(Type.String({ maxLength: 512 })),
    suite_ticket: Type.Optional(Type.String({ maxLength: 512 })),
  }),
  output: Type.Object({
    suite_access_token: Type.String({ maxLength: 512 }),
    expires_in: Type.Integer({ description: 'seconds left' }),
  }),
})
