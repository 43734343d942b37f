import Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { closed, cursor, livingid, partyid, unixSeconds, userid } from '../fields.ts'
import { watching } from '../school/living/get_watch_stat_v2.ts'

/**
 * The reason of a line. The first five are of viewers who are expected. `left` was in range once, `outsider` and `visitor` never were;
 * `joined_after` joined a class after the end, `not_yet` is in range but was not at the moment asked for. In a living that was cancelled or
 * has expired everybody is `not_held`.
 */
export const reasons = [
  'watched',
  'never_came',
  'left_before_start',
  'too_short',
  'replay_only',
  'not_subscribed',
  'excused',
  'joined_after',
  'left',
  'outsider',
  'visitor',
  'not_yet',
  'not_held',
] as const

/** in_range = not_subscribed + excused + expected; expected = watched + missing. */
export const counts = {
  in_range: Type.Integer(),
  not_subscribed: Type.Integer(),
  excused: Type.Integer(),
  expected: Type.Integer(),
  watched: Type.Integer(),
  missing: Type.Integer(),
}

export const reportLine = Type.Object({
  kind: Type.String({ description: 'student, parent or visitor' }),
  student_userid: Type.Optional(userid),
  parent_userid: Type.Optional(userid),
  name: Type.String({ description: "the student's name, or a visitor's nickname" }),
  relation: Type.Optional(Type.String()),
  partyids: Type.Array(Type.Integer(), { description: 'the classes through which the viewer is in range; of others, all their classes' }),
  reason: Type.String({ description: reasons.join(', ') }),
  excused: Type.Optional(Type.Object({ reason: Type.String(), by: Type.String(), at: Type.Integer() })),
  joined_at: Type.Optional(Type.Integer({ description: 'unix seconds: joined a class of the range after the start' })),
  came_late: Type.Optional(Type.Integer({ description: 'minutes after the start' })),
  left_early: Type.Optional(Type.Integer({ description: 'minutes before the end' })),
  ...watching,
})

/** Not a WeCom call: the register with names, reasons and counts. `min_*` and `as_of` change what is answered, and nothing in the register. */
export const report = endpoint({
  method: 'GET',
  path: '/v1/livings/{livingid}/report',
  title: 'The register of a lesson, with reasons',
  needs: 'living_stat',
  effect: 'read',
  input: closed({
    livingid,
    min_seconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 31_536_000, description: 'who watched less came too short' })),
    min_percent: Type.Optional(Type.Integer({ minimum: 0, maximum: 100, description: 'of the lesson; who watched less came too short' })),
    partyid: Type.Optional(partyid),
    kind: Type.Optional(Type.String({ maxLength: 16, description: 'student, parent, visitor, or household' })),
    reason: Type.Optional(Type.String({ maxLength: 32, description: `one of ${reasons.join(', ')}, or missing` })),
    as_of: Type.Optional(unixSeconds),
    student_userid: Type.Optional(userid),
    parent_userid: Type.Optional(userid),
    timeline: Type.Optional(Type.Integer({ minimum: 0, maximum: 1, description: '1 adds each stay and its source; with student_userid' })),
    cursor: Type.Optional(cursor),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  }),
  output: Type.Object({
    living: Type.Object({
      livingid,
      theme: Type.String(),
      anchor_userid: userid,
      status: Type.Integer(),
      start_time: Type.Optional(Type.Integer()),
      end_time: Type.Optional(Type.Integer()),
      as_of: Type.Integer(),
      register_as_of: Type.Integer({
        description: 'unix seconds: whose roster the register has; later than end_time for a living that was entered afterwards',
      }),
      min_seconds: Type.Integer(),
      mirrored_at: Type.Optional(Type.Integer({ description: "when another host's lists were last written here" })),
    }),
    // counts and classes are on the first page alone, but on every page of households
    counts: Type.Optional(
      Type.Object({
        ...counts,
        households: Type.Integer(),
        households_missing: Type.Integer(),
        outsiders: Type.Integer(),
        visitors: Type.Integer(),
      }),
    ),
    classes: Type.Optional(Type.Array(Type.Object({ partyid: Type.Integer(), name: Type.String(), ...counts }))),
    lines: Type.Array(reportLine),
    households: Type.Array(
      Type.Object({
        student_userid: userid,
        name: Type.String(),
        partyids: Type.Array(Type.Integer()),
        parent_userids: Type.Array(userid),
      }),
      { description: 'with kind=household: the families in which nobody watched' },
    ),
    timeline: Type.Array(
      Type.Object({
        student_userid: userid,
        parent_userid: Type.Optional(userid),
        stay_id: Type.String(),
        enter_time: Type.Integer(),
        leave_time: Type.Integer(),
        is_comment: Type.Integer(),
        replay: Type.Integer(),
        source: Type.String(),
        media_from: Type.Optional(Type.Integer({ description: 'of a replay: seconds of the recording seen, from' })),
        media_to: Type.Optional(Type.Integer()),
      }),
    ),
    has_more: Type.Integer({ minimum: 0, maximum: 1 }),
    next_cursor: Type.String(),
  }),
})
