// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are pieces of source, in which `${…}` is written as it stands there
import type { Mutant } from './mutant.ts'

const freeze = 'test/conformance/freeze.test.ts'
const life = 'test/conformance/life.test.ts'
const presence = 'test/conformance/presence.test.ts'
const times = 'test/conformance/presence_times.test.ts'

/** Rules of stays, ticks and watch time, and of the life of a living with its register. */
export const registerMutants: readonly Mutant[] = [
  {
    name: 'a tick for a stay that begins at the end',
    file: 'src/register/ticks.ts',
    replace: 's.enter_time < coalesce(l.end_time',
    by: 's.enter_time <= coalesce(l.end_time',
    tests: [times],
  },
  {
    name: 'a tick for a stay that ends at the start',
    file: 'src/register/ticks.ts',
    replace: 's.leave_time > l.start_time',
    by: 's.leave_time >= l.start_time',
    tests: [times],
  },
  {
    name: 'no tick for a moment at the start',
    file: 'src/register/ticks.ts',
    replace: 's.enter_time >= l.start_time',
    by: 's.enter_time > l.start_time',
    tests: [times],
  },
  {
    name: 'a tick for watching the replay',
    file: 'src/register/ticks.ts',
    replace: 's.replay = 0 and (s.watch_time',
    by: '(s.watch_time',
    tests: [times],
  },
  {
    name: 'a stay merges to its latest enter',
    file: 'src/register/stays.ts',
    replace: '${least}(stay.enter_time',
    by: '${greatest}(stay.enter_time',
    tests: [times],
  },
  {
    name: 'a stay merges to its earliest leave',
    file: 'src/register/stays.ts',
    replace: '${greatest}(stay.leave_time',
    by: '${least}(stay.leave_time',
    tests: [times],
  },
  {
    name: 'within one report a stay merges to its last leave',
    file: 'src/attendance/presence/stays.ts',
    replace: 'Math.max(last.leave_time, stay.leave_time)',
    by: 'stay.leave_time',
    tests: [times],
  },
  {
    name: 'watch time counts seconds after the end',
    file: 'src/register/watch_time.ts',
    replace: 'Math.min(leave_time, end)',
    by: 'leave_time',
    tests: [times],
  },
  {
    name: 'watch time counts seconds before the start',
    file: 'src/register/watch_time.ts',
    replace: 'let coveredUntil = start',
    by: 'let coveredUntil = 0',
    tests: [times],
  },
  {
    name: 'watch time counts two devices at once twice',
    file: 'src/register/watch_time.ts',
    replace: 'Math.max(enter_time, coveredUntil)',
    by: 'Math.max(enter_time, start)',
    tests: [times],
  },
  {
    name: 'an outsider is expected',
    file: 'src/register/lines.ts',
    replace: 'v.viewer_no, 0,\n',
    by: 'v.viewer_no, 1,\n',
    tests: [presence],
  },
  {
    name: 'an excused viewer is listed as missing',
    file: 'src/register/standing.ts',
    replace: 'is_subscribe = 1 and excused is null and watched = 0',
    by: 'is_subscribe = 1 and watched = 0',
    tests: ['test/conformance/excuse.test.ts'],
  },
  {
    name: 'an excuse counts before the missing subscription',
    file: 'src/register/standing.ts',
    replace: "  if (!is_subscribe) return 'not_subscribed'\n  if (isExcused) return 'excused'\n",
    by: "  if (isExcused) return 'excused'\n  if (!is_subscribe) return 'not_subscribed'\n",
    tests: ['test/conformance/excuse.test.ts'],
  },
  {
    name: 'who joined after the end is in range',
    file: 'src/register/freeze.ts',
    replace: 'case when since > ${end} then 0 else ${firstRowAfter(sql`p.in_range`)} end',
    by: '${firstRowAfter(sql`p.in_range`)}',
    tests: [freeze],
  },
  {
    name: 'who joined in the second of the end is not in range',
    file: 'src/register/freeze.ts',
    replace: 'case when since > ${end}',
    by: 'case when since >= ${end}',
    tests: [freeze],
  },
  {
    name: 'the register is frozen as of the latest change',
    file: 'src/register/freeze.ts',
    replace: 'order by p.until limit 1',
    by: 'order by p.until desc limit 1',
    tests: [freeze],
  },
  {
    name: 'presence does not start a living',
    file: 'src/attendance/presence/take.ts',
    replace: 'if (presenceStarts && written.length)',
    by: 'if (false)',
    tests: [life],
  },
  {
    name: 'a replay starts a living',
    file: 'src/living/store_evidence.ts',
    replace: 'and replay = 0 and enter_time < ${to}',
    by: 'and enter_time < ${to}',
    tests: [life],
  },
  {
    name: 'a start without a time reopens what somebody ended',
    file: 'src/living/life.ts',
    replace: "(living.ended_by === 'stream' || living.ended_by === 'clock') && ",
    by: '',
    tests: [life],
  },
  {
    name: 'a stream reopens a living that somebody has ended',
    file: 'src/hooks/stream.ts',
    replace: 'if (canReopen(living, now, grace)) await reopenLiving(db, living, false, now, grace)',
    by: 'await reopenLiving(db, living, true, now, grace)',
    tests: [life],
  },
  {
    name: 'retention deletes what has just ended',
    file: 'src/living/retention.ts',
    replace: 'now - days * daySeconds',
    by: 'now',
    tests: ['test/living/retention.test.ts'],
  },
  {
    name: 'retention deletes a living that has not ended',
    file: 'src/living/store.ts',
    replace: 'where state not in (0, 1) and coalesce(end_time',
    by: 'where coalesce(end_time',
    tests: ['test/living/retention.test.ts'],
  },
]
