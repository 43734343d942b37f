import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { makeSchool, type School } from '../world.ts'

const newLiving = (school: School, more: object = {}) => ({
  anchor_userid: 'Wang',
  theme: '数学公开课',
  living_start: school.clock.now + 600,
  living_duration: 3600,
  living_range: { partyids: [school.classIds['3A'] as number] },
  ...more,
})
const household = { classes: { '3A': { li: ['li_mum'] } } } as const

onBoth('the details of a school living have the fields of WeCom page 93740 and no status', async (database) => {
  await using school = await makeSchool(database, household)
  const { livingid } = await school.client.livingCreate(newLiving(school, { type: 4 }))
  const { living_info } = await school.client.schoolGetLivingInfo({ livingid })
  assert.deepEqual(living_info, {
    theme: '数学公开课',
    living_start: school.clock.now + 600,
    living_duration: 3600,
    anchor_userid: 'Wang',
    living_range: { partyids: [school.classIds['3A']], group_names: [] },
    viewer_num: 0,
    comment_num: 0,
    open_replay: 0,
    push_stream_url: '',
    online_count: 0,
    subscribe_count: 0,
  })
})

onBoth('viewers, commenters and viewers online are counted while the living runs', async (database) => {
  await using school = await makeSchool(database, { ...household, living: ['3A'] })
  await school.watch('li', school.clock.now, { is_comment: 1, leave_time: school.clock.now + 30 })
  await school.watch('li_mum/li', school.clock.now)
  const counts = async () => {
    const { viewer_num, comment_num, online_count } = (await school.client.schoolGetLivingInfo({ livingid: school.living })).living_info
    return { viewer_num, comment_num, online_count }
  }
  assert.deepEqual(await counts(), { viewer_num: 2, comment_num: 1, online_count: 2 })
  school.clock.now += 110
  assert.deepEqual(await counts(), { viewer_num: 2, comment_num: 1, online_count: 1 })
  await school.client.ours.end({ livingid: school.living })
  assert.deepEqual(await counts(), { viewer_num: 2, comment_num: 1, online_count: 0 })
})

onBoth('once started, living_start and living_duration are the real times, and reserve_* the planned ones', async (database) => {
  await using school = await makeSchool(database, household)
  const { now } = school.clock
  const { livingid } = await school.client.livingCreate(newLiving(school, { type: 3, description: '带尺子' }))
  await school.client.ours.start({ livingid, at: now })
  school.clock.now += 200
  await school.client.ours.end({ livingid, at: now + 143 })
  const { living_info } = await school.client.livingGetLivingInfo({ livingid })
  const { living_start, living_duration, reserve_start, reserve_living_duration, status, open_replay, description, type } = living_info
  assert.deepEqual(
    { living_start, living_duration, reserve_start, reserve_living_duration, status, open_replay, description, type },
    {
      living_start: now,
      living_duration: 143,
      reserve_start: now + 600,
      reserve_living_duration: 3600,
      status: 2,
      open_replay: 0,
      description: '带尺子',
      type: 3,
    },
  )
  assert.ok(!('replay_status' in living_info) && !('push_stream_url' in living_info))
})

onBoth("a teacher's livings are listed newest first, page by page, until the cursor is empty", async (database) => {
  await using school = await makeSchool(database, household)
  const made: string[] = []
  for (let n = 0; n < 5; n++) made.push((await school.client.livingCreate(newLiving(school))).livingid)
  await school.client.livingCreate(newLiving(school, { anchor_userid: 'somebody' }))
  const found: string[] = []
  let cursor = ''
  do {
    const page = await school.client.getUserAllLivingid({ userid: 'wang', cursor, limit: 2 })
    found.push(...page.livingid_list)
    cursor = page.next_cursor
  } while (cursor)
  assert.deepEqual(found, made.reverse())
  const other = await school.makeApp()
  assert.deepEqual((await other.client.getUserAllLivingid({ userid: 'wang' })).livingid_list, [])
})

onBoth('a reserved living can be modified and cancelled, a started one cannot', async (database) => {
  await using school = await makeSchool(database, { ...household, living: ['3A'] })
  const { livingid } = await school.client.livingCreate(newLiving(school))
  await school.client.livingModify({ livingid, theme: '语文', living_duration: 60 })
  const { living_info } = await school.client.livingGetLivingInfo({ livingid })
  assert.deepEqual(
    [living_info.theme, living_info.reserve_living_duration, living_info.reserve_start],
    ['语文', 60, school.clock.now + 600],
  )
  await assert.rejects(school.client.livingModify({ livingid, theme: '课'.repeat(21) }), { errcode: 40058 })
  await school.client.livingCancel({ livingid })
  assert.equal((await school.client.livingGetLivingInfo({ livingid })).living_info.status, 4)
  assert.deepEqual(await school.unwatched(livingid), [])
  for (const gone of [livingid, school.living]) {
    await assert.rejects(school.client.livingModify({ livingid: gone, theme: '语文' }), { errcode: 92006 })
    await assert.rejects(school.client.livingCancel({ livingid: gone }), { errcode: 92006 })
  }
})

onBoth('a replay exists once somebody has watched it, and can be deleted once', async (database) => {
  await using school = await makeSchool(database, { ...household, living: ['3A'] })
  const { livingid } = { livingid: school.living }
  await assert.rejects(school.client.deleteReplayData({ livingid }), { errcode: 92007 })
  await school.watch('li', school.clock.now, { replay: 1 })
  const replay = async () => {
    const { open_replay, replay_status } = (await school.client.livingGetLivingInfo({ livingid })).living_info
    return [open_replay, replay_status]
  }
  assert.deepEqual(await replay(), [1, 0])
  await school.client.deleteReplayData({ livingid })
  assert.deepEqual(await replay(), [1, 2])
  await assert.rejects(school.client.deleteReplayData({ livingid }), { errcode: 92007 })
})
