import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { auth_corp_info, authCode, permanent_code } from '../get_permanent_code.ts'

/** The faster variant of `service/get_permanent_code`: its answer has neither an access token nor the app. */
export const getPermanentCodeV2 = endpoint({
  method: 'POST',
  path: '/cgi-bin/service/v2/get_permanent_code',
  doc: 100776,
  title: '获取企业永久授权码',
  needs: 'suite',
  effect: 'write',
  input: authCode,
  output: Type.Object({ permanent_code, auth_corp_info }),
})
