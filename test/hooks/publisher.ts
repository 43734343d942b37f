import type { streamed } from './streamed.ts'

type Streamed = Awaited<ReturnType<typeof streamed>>
export const form = (fields: object) => new URLSearchParams(fields as Record<string, string>).toString()
export const publisher = ({ livingid, key, send }: Streamed, clientid = '1') => ({
  tell: async (call: string, more: object = {}) =>
    (await send(form({ call, name: livingid, clientid, addr: '10.0.0.1', key, ...more }))).status,
})
export const statusOf = async ({ school, livingid }: Streamed) => (await school.client.livingGetLivingInfo({ livingid })).living_info.status
export const timesOf = async ({ school, livingid }: Streamed) => (await school.client.ours.report({ livingid })).living
