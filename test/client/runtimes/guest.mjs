/**
 * What the tests do with the client on every runtime, against a real server: read both lists, report presence, cause an error, abort a call.
 * This file uses nothing that only one of the runtimes has. Returns what runtimes.test.ts compares.
 */
export async function visit({ createClient, halfTheLimit, RollcallError }, { livingid, now, ...school }) {
  const client = createClient({ ...school, limit: halfTheLimit })
  const unwatched = async () => (await all(client.unwatched(livingid))).map(({ student_userid }) => student_userid).sort()
  const before = await unwatched()
  const stays = [{ student_userid: 'li', enter_time: now, leave_time: now + 30 }]
  await client.ours.presence({ livingid, stays }, { repeat: true })
  const [watched] = await all(client.watched(livingid))
  const { departments } = await client.departmentList()
  const refused = await client.getUnwatchStatV2({ livingid: 'nothing' }).catch((error) => error)
  const late = await client.departmentList({}, { signal: AbortSignal.abort(new Error('enough')) }).catch((error) => error)
  return {
    before,
    after: await unwatched(),
    seconds: watched.watch_time,
    classes: departments.filter(({ type }) => type === 1).map(({ name }) => name),
    refused: refused instanceof RollcallError && [refused.errcode, refused.meaning],
    stopped: late.message,
  }
}

/** Node 20 has no Array.fromAsync. */
async function all(rows) {
  const found = []
  for await (const row of rows) found.push(row)
  return found
}
