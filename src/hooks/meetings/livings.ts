import type { Db } from '../../store/db.ts'
import type { Meeting } from '../meeting_event.ts'
import type { HookRow } from '../store.ts'
import { livingsBound, livingsNamed, type MeetingLiving } from './store.ts'

/** Seconds before the planned start and after the planned end of a living within which a meeting may be that living. */
const marginSeconds = 12 * 3600
/** Seconds before an event within which a living was planned to begin whose text names the meeting. */
const mostLengthSeconds = 36 * 3600

/** Seconds before a living that somebody may come early. */
const earlySeconds = 2 * 3600

/** A meeting's id or code in the form in which it is compared: `123 456-789` becomes `123456789`. */
export const meetingKey = (text: string): string => text.replaceAll(/[\s-]/g, '')

/**
 * The livings that a meeting may be, of those planned within 12 hours of the event:
 *
 * 1. those it is bound to (`rollcall hook bind`);
 * 2. where there is none, those of the hook's app whose theme or description names the meeting's id or code of six digits or more, or whose
 *    livingid the subject of the meeting contains.
 *
 * @param at when the event happened, in unix seconds
 */
export async function livingsOfMeeting(db: Db, hook: HookRow, meeting: Meeting, at: number): Promise<MeetingLiving[]> {
  const names = [...new Set(meeting.names.map(meetingKey))].filter(Boolean)
  const bound = (await db.all<MeetingLiving>(livingsBound(hook, names))).filter((living) => isNear(living, at))
  if (bound.length) return bound
  const numbers = names.filter((name) => /^\d{6,30}$/.test(name))
  if (numbers.length === 0 && !meeting.subject) return []
  const found = await db.all<MeetingLiving>(livingsNamed(hook, numbers, meeting.subject, at - mostLengthSeconds, at + marginSeconds))
  return found.filter((living) => isNear(living, at) && isNamed(living, numbers, meeting.subject))
}

/**
 * The livings among these that a stay belongs to: each that it overlaps. A stay that overlaps none belongs to the one that begins within two
 * hours, since people come early, or else to the nearest.
 */
export function livingsOfStay<L extends MeetingLiving>(livings: readonly L[], enter_time: number, leave_time: number): L[] {
  const near = livings
    .filter((living) => isNear(living, enter_time))
    .toSorted((a, b) => distance(a, enter_time, leave_time) - distance(b, enter_time, leave_time))
  const overlapped = near.filter((living) => distance(living, enter_time, leave_time) === 0)
  if (overlapped.length) return overlapped
  const next = near.find((living) => startOf(living) > leave_time && startOf(living) <= leave_time + earlySeconds)
  return next ? [next] : near.slice(0, 1)
}

const startOf = ({ start_time, reserve_start }: MeetingLiving) => start_time ?? reserve_start
const endOf = (living: MeetingLiving) => living.end_time ?? startOf(living) + living.reserve_living_duration

const isNear = (living: MeetingLiving, at: number) =>
  at >= Math.min(startOf(living), living.reserve_start) - marginSeconds && at <= endOf(living) + marginSeconds

/** Seconds between a stay and a living; 0 where they overlap. */
const distance = (living: MeetingLiving, enter_time: number, leave_time: number) =>
  Math.max(0, startOf(living) - leave_time, enter_time - endOf(living))

/** Whether the living's text has one of the numbers as a number of its own, with spaces or hyphens between its digits or without. */
function isNamed({ theme, description, livingid }: MeetingLiving, numbers: readonly string[], subject: string): boolean {
  const text = `${theme} ${description}`
  return subject.includes(livingid) || numbers.some((number) => new RegExp(`(?<!\\d)${[...number].join('[ -]?')}(?!\\d)`).test(text))
}
