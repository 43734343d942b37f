import Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { unixSeconds } from '../fields.ts'

export const setUpgradeInfo = endpoint({
  method: 'POST',
  path: '/cgi-bin/school/set_upgrade_info',
  doc: 92949,
  title: '修改自动升年级的配置',
  needs: 'contacts_edit',
  effect: 'write',
  partial: 'the date is stored and answered; grades are not promoted on it',
  input: Type.Object({
    // only month and day count, in China time; 0, which is the 1st of January 1970, is the 1st of January
    upgrade_time: Type.Optional(unixSeconds),
    upgrade_switch: Type.Optional(Type.Integer({ description: '1 on, anything else off' })),
  }),
  output: Type.Object({ next_upgrade_time: Type.Integer({ description: 'unix seconds, midnight in China' }) }),
})
