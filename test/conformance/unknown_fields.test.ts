import { onBoth } from '../databases.ts'
import { refused } from '../refused.ts'
import { makeSchool } from '../world.ts'

onBoth('a field that a call of Rollcall’s own does not know is refused by its name, at any depth', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] } }, living: ['3A'] })
  const { ours } = school.client
  const { living: livingid } = school
  const now = school.clock.now
  await refused(ours.start({ livingid, start_time: now } as never), 40058, /start_time: no such field, expected livingid, at/)
  await refused(ours.report({ livingid, minimum: 1 } as never), 40058, /minimum: no such field/)
  const stays = [{ student_userid: 'li', enter_time: now, leave: now }]
  await refused(ours.presence({ livingid, stays } as never), 40058, /stays\[0\]\.leave: no such field/)
  await refused(
    ours.excuse({ livingid, viewers: [{ student_userid: 'li', name: '李' }], reason: 'x', by: 'y' } as never),
    40058,
    /viewers\[0\]\.name/,
  )
})

onBoth('a field that an official call does not know is ignored, as WeCom does', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] } }, living: ['3A'] })
  await school.client.getUnwatchStatV2({ livingid: school.living, page: 2 } as never)
  await school.client.userList({ department_id: school.classIds['3A'] as number, fetch_child: 0 } as never)
})
