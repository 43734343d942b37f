/** Somebody in a meeting, as the product names them. `identity` is the same in every meeting where the product allows it; else it is the name. */
export type MeetingPerson = { readonly identity: string; readonly name: string; readonly userid?: string; readonly mobile?: string }

export type Meeting = {
  /** what tells this meeting from every other one of the product */
  readonly instance: string
  /** ids and codes by which a school knows the meeting, as the product writes them */
  readonly names: readonly string[]
  readonly subject: string
}

/**
 * An event of a meeting product. Times are unix seconds. `session` names one connection of one person within the meeting. A `stay` is told
 * as a whole, after it is over.
 */
export type MeetingEvent =
  | {
      readonly is: 'join' | 'leave'
      readonly meeting: Meeting
      readonly session: string
      readonly person: MeetingPerson
      readonly at: number
    }
  | { readonly is: 'end'; readonly meeting: Meeting; readonly at: number }
  | {
      readonly is: 'stay'
      readonly meeting: Meeting
      readonly session: string
      readonly person: MeetingPerson
      readonly at: number
      readonly until: number
    }

/** What a request of a meeting product says. `answer` is the text that the product expects where it checks the URL. */
export type MeetingReport = { readonly events: readonly MeetingEvent[]; readonly answer?: string }

const daySeconds = 86_400
/** ClassIn repeats a message until it is taken, however long the server was away. */
const mostDaysLate = 32
/** Characters of what a product names things by: PostgreSQL indexes no more than 2,700 bytes. */
const mostCharacters = 250
/** Characters of a visitor's nickname. */
const mostNameCharacters = 64

/**
 * Validates an event, parts of which the people in the meeting choose.
 *
 * @param now unix seconds
 * @returns the event with its times at most `now`, and with a name of 1 to 64 characters without control characters; undefined where an id is
 *   missing, too long or contains NUL, or where a time is no whole second, more than 32 days old or more than a day ahead
 */
export function validMeetingEvent(event: MeetingEvent, now: number): MeetingEvent | undefined {
  const { meeting } = event
  const ids = [meeting.instance, ...('person' in event ? [event.session, event.person.identity] : [])]
  if (!ids.every(isId) || !meeting.names.every((name) => name.length <= mostCharacters && !name.includes('\0'))) return undefined
  const subject = meeting.subject.replaceAll('\0', '').slice(0, mostCharacters).toWellFormed()
  const at = validTime(event.at, now)
  const until = event.is === 'stay' ? validTime(event.until, now) : at
  if (at === undefined || until === undefined || until < at) return undefined
  const valid = { ...event, meeting: { ...meeting, subject }, at }
  if (valid.is === 'end') return valid
  const withPerson = { ...valid, person: validPerson(valid.person) }
  return withPerson.is === 'stay' ? { ...withPerson, until } : withPerson
}

const isId = (text: string) => text.length > 0 && text.length <= mostCharacters && !text.includes('\0') && text.isWellFormed()

const validTime = (at: number, now: number) =>
  Number.isInteger(at) && at >= now - mostDaysLate * daySeconds && at <= now + daySeconds ? Math.min(at, now) : undefined

function validPerson({ identity, name, userid, mobile }: MeetingPerson): MeetingPerson {
  const shown = name
    .slice(0, mostCharacters)
    .toWellFormed()
    .replaceAll(/[\x00-\x1f\x7f]/g, '')
    .trim()
  return {
    identity,
    name: [...(shown || identity)].slice(0, mostNameCharacters).join(''),
    ...(userid && isId(userid) && { userid }),
    ...(mobile && /^[+\d][\d -]{4,28}$/.test(mobile) && { mobile }),
  }
}
