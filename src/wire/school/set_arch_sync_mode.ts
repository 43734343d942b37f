import Type from 'typebox'
import { endpoint } from '../endpoint.ts'

export const setArchSyncMode = endpoint({
  method: 'POST',
  path: '/cgi-bin/school/set_arch_sync_mode',
  doc: 92345,
  title: '设置家校通讯录自动同步模式',
  needs: 'contacts_edit',
  effect: 'write',
  partial: 'the mode is stored and has no effect: Rollcall has no tags',
  input: Type.Object({
    arch_sync_mode: Type.Integer({ description: '1 no tags to contacts, 2 no contacts to tags, 3 neither' }),
  }),
  output: Type.Object({}),
})
