// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are pieces of source, in which `${…}` is written as it stands there
import type { Mutant } from './mutant.ts'

const tencent = ['test/hooks/meetings/tencent_meeting.test.ts']
const classin = ['test/hooks/meetings/classin.test.ts']
const zoom = ['test/hooks/meetings/zoom.test.ts']
const polyv = ['test/hooks/polyv_pull.test.ts']

/** Rules of meeting products: signatures, who counts, when a stay ends, which living a meeting is. */
export const meetingMutants: readonly Mutant[] = [
  {
    name: 'an event of a meeting in 腾讯会议 needs no signature',
    file: 'src/hooks/meetings/tencent_meeting.ts',
    replace: "if (!isEqualText(String(headers.signature ?? ''), signature)) throw",
    by: 'if (false) throw',
    tests: tencent,
  },
  {
    name: 'the host of a meeting in 腾讯会议 is a viewer',
    file: 'src/hooks/meetings/tencent_meeting.ts',
    replace: '[info.creator, ...elementsIn(info.hosts)]',
    by: '[...elementsIn(info.hosts)]',
    tests: tencent,
  },
  {
    name: 'a meeting is every living whose description contains the digits of its code',
    file: 'src/hooks/meetings/livings.ts',
    replace: "`(?<!\\\\d)${[...number].join('[ -]?')}(?!\\\\d)`",
    by: "[...number].join('[ -]?')",
    tests: tencent,
  },
  {
    name: 'the end of a meeting ends no stay',
    file: 'src/hooks/meetings/visits.ts',
    replace: ' ?? ends.find((end) => end >= at && end <= next)',
    by: '',
    tests: tencent,
  },
  {
    name: 'a leave of a meeting that comes late cuts nothing',
    file: 'src/hooks/meetings/report.ts',
    replace: 'if (over.length === 0) return',
    by: 'if (over.length >= 0) return',
    tests: tencent,
  },
  {
    name: 'the stays in a meeting grow beyond its living',
    file: 'src/hooks/meetings/timed.ts',
    replace: ' && now <= plannedEnd(living) + 2 * intervalSeconds',
    by: '',
    tests: tencent,
  },
  {
    name: 'a message of ClassIn needs no SafeKey',
    file: 'src/hooks/meetings/classin.ts',
    replace: 'if (!isEqualText(textIn(message.SafeKey).toLowerCase(), expected)) throw',
    by: 'if (false) throw',
    tests: classin,
  },
  {
    name: 'teachers at ClassIn are viewers',
    file: 'src/hooks/meetings/classin.ts',
    replace: "new Set(['', '0', '1', '2'])",
    by: "new Set(['', '0', '1', '2', '3'])",
    tests: classin,
  },
  {
    name: 'a signature of Zoom is valid for ever',
    file: 'src/hooks/meetings/zoom.ts',
    replace: 'Math.abs(numberIn(timestamp) - now) > signatureSeconds',
    by: 'false',
    tests: zoom,
  },
  {
    name: "the check of Zoom's URL signs any text",
    file: 'src/hooks/meetings/zoom.ts',
    replace: '/^[\\w+/=-]{1,200}$/.test(plainToken)',
    by: 'true',
    tests: zoom,
  },
  {
    name: 'a pull of the log of 保利威 passes over plays that are going on',
    file: 'src/hooks/polyv/pull.ts',
    replace: 'if (isGrowing(record, nowMs)) next',
    by: 'if (false) next',
    tests: polyv,
  },
]
