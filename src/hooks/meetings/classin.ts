import { createHash } from 'node:crypto'
import { isEqualText } from '../equal.ts'
import type { Meeting, MeetingEvent, MeetingReport } from '../meeting_event.ts'
import { type Adapter, type Event, fieldsIn, NotSigned, numberIn, textIn } from '../signal.ts'
import { elementsIn, idIn, meetingJson } from './json.ts'

/** Any other answer stops ClassIn's queue of the school, which then repeats the message every 10 s and sends nothing after it. */
const taken = { status: 200, type: 'application/json', body: '{"error_info":{"errno":1,"error":"OK"}}' } as const

const entered = '67371107'
const left = '67371111'
/** Students and auditors watch. Teachers are 3, teachers beside them 4, the headmaster 193, the headmaster's assistant 194. */
const watching = new Set(['', '0', '1', '2'])

type Fields = Readonly<Record<string, unknown>>

/**
 * ClassIn 数据订阅 (docs.eeo.cn/api/en/datasub). One URL receives all messages of a school, each JSON with `SafeKey`, the MD5 of the school's
 * SECRET and `TimeStamp`. It covers nothing else, so that the key in the URL is what keeps others out. Read are: somebody enters or leaves a
 * classroom, the summary of a lesson ("End"), and somebody has watched the lesson on the web ("LiveDataDetail"). People are named by their
 * UID; only the message of entering has their name and mobile. The lesson is named by its ClassID.
 */
export const classin: Adapter = {
  kind: 'classin',
  reuses: false,
  read: () => [],
  readMeeting,
  yes: taken,
  no: taken,
}

function readMeeting({ hook, body, now }: Event): MeetingReport {
  const message = meetingJson(body)
  const expected = createHash('md5')
    .update(hook.secret + idIn(message.TimeStamp))
    .digest('hex')
  if (!isEqualText(textIn(message.SafeKey).toLowerCase(), expected)) throw new NotSigned('SafeKey: it does not fit SECRET and TimeStamp')
  const classId = idIn(message.ClassID)
  const meeting = { instance: classId, names: [classId].filter(Boolean), subject: '' }
  const command = idIn(message.Cmd)
  if (command === entered || command === left) return { events: visitIn(meeting, message, command === entered, now) }
  if (command === 'End') return { events: visitsIn(meeting, message) }
  if (command === 'LiveDataDetail') return { events: webStayIn(meeting, fieldsIn(message.Data)) }
  return { events: [] }
}

/** Unix seconds of a time that may be in milliseconds. */
const secondsIn = (value: unknown): number => {
  const time = numberIn(value)
  return Math.floor(time > 1e11 ? time / 1000 : time)
}

function visitIn(meeting: Meeting, message: Fields, isJoin: boolean, now: number): MeetingEvent[] {
  const uid = idIn(message.UID)
  if (!watching.has(idIn(message.Identity))) return []
  const mobile = idIn(message.LoginMobile)
  const person = { identity: uid, name: textIn(message.NickName), ...(mobile && { mobile }) }
  const session = sessionOf(uid, idIn(message.ClientID))
  return [{ is: isJoin ? 'join' : 'leave', meeting, session, person, at: secondsIn(message.ActionTime) || now }]
}

/**
 * The joins and leaves in the summary of a lesson, in which each person has a list of "In" and "Out", and the end of the lesson: at
 * `RealCloseTime`, where it is there and not 0, but at `CloseTime` at the latest. The list is that of the person's first device.
 */
function visitsIn(meeting: Meeting, message: Fields): MeetingEvent[] {
  const [closed, reallyClosed] = [secondsIn(message.CloseTime), secondsIn(message.RealCloseTime)]
  const end = reallyClosed === 0 ? closed : Math.min(closed || reallyClosed, reallyClosed)
  const visits = Object.entries(fieldsIn(fieldsIn(message.Data).inoutEnd)).flatMap(([uid, value]) => {
    const inOut = fieldsIn(value)
    if (!watching.has(idIn(inOut.Identity))) return []
    const viewer = { meeting, session: sessionOf(uid, '0'), person: { identity: uid, name: uid } }
    return elementsIn(inOut.Details)
      .map(fieldsIn)
      .flatMap(({ Type, Time }): MeetingEvent[] =>
        Type === 'In' || Type === 'Out' ? [{ is: Type === 'In' ? 'join' : 'leave', ...viewer, at: secondsIn(Time) }] : [],
      )
  })
  return [...visits, { is: 'end', meeting, at: end }]
}

const sessionOf = (uid: string, device: string) => `${uid} ${device || '0'}`

/** Somebody has watched the lesson's web page. The message is repeated with a longer `LookTime`, which makes the stay longer. A guest's `Telephone` begins with "yk_". */
function webStayIn(meeting: Meeting, { Telephone, Nickname, Intime, LookTime }: Fields): MeetingEvent[] {
  const [account, at] = [idIn(Telephone), secondsIn(Intime)]
  const person = { identity: account, name: textIn(Nickname), ...(!account.startsWith('yk_') && { mobile: account }) }
  return [{ is: 'stay', meeting, session: `${account} web`, person, at, until: at + Math.max(0, Math.floor(numberIn(LookTime))) }]
}
