import { Buffer } from 'node:buffer'

/** Attendance files of made-up people, as the products write them: of a lesson on 26 November 2026 from 18:00 to 18:40 in Shanghai. */

const crlf = (lines: readonly string[]) => `${lines.join('\r\n')}\r\n`

/** Zoom's report with the rows about the meeting first. */
export const zoomCsv = Buffer.from(
  crlf([
    'Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants,',
    '123 4567 8901,三年级公开课,11/26/2026 06:00:00 PM,11/26/2026 06:40:00 PM,wang@school.example,40,4,',
    '',
    'Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest',
    '李雷,li@school.example,11/26/2026 06:00:10 PM,11/26/2026 06:10:10 PM,10,No',
    '李雷,li@school.example,11/26/2026 06:12:10 PM,11/26/2026 06:39:50 PM,28,No',
    '吴小明 (iPad),,11/26/2026 06:01:00 PM,11/26/2026 06:30:00 PM,29,Yes',
    '小李,guest@school.example,11/26/2026 06:05:00 PM,11/26/2026 06:06:00 PM,1,Yes',
  ]),
)

/** Zoom's report of unique users in Chinese, which has durations alone. */
export const zoomDurationsCsv = Buffer.from(
  crlf(['名称（原始名称）,电子邮件,总持续时间（分钟）,访客', '李雷,li@school.example,38,否', '小李,,5,是']),
)

const teamsText = crlf([
  '1. Summary',
  'Meeting title\t三年级公开课',
  'Attended participants\t3',
  'Start time\t11/26/26, 6:00:00\u202fPM',
  'End time\t11/26/26, 6:40:00\u202fPM',
  'Meeting duration\t40m 0s',
  '',
  '2. Participants',
  'Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole',
  'Wang\t11/26/26, 5:58:00\u202fPM\t11/26/26, 6:40:00\u202fPM\t42m\twang@school.example\twang@school.example\tOrganizer',
  '李雷\t11/26/26, 6:00:10\u202fPM\t11/26/26, 6:39:50\u202fPM\t37m 40s\tLi@school.example\tli\tPresenter',
  '吴小明\t11/26/26, 6:01:00\u202fPM\t11/26/26, 6:30:00\u202fPM\t9m\twu@school.example\twu@school.example\tAttendee',
  '',
  '3. In-Meeting Activities',
  'Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole',
  '李雷\t11/26/26, 6:00:10\u202fPM\t11/26/26, 6:10:10\u202fPM\t10m 0s\tli@school.example\tPresenter',
  '李雷\t11/26/26, 6:12:10\u202fPM\t11/26/26, 6:39:50\u202fPM\t27m 40s\tli@school.example\tPresenter',
])

/** Teams' report: UTF-16 with a byte-order mark, tabs, three tables one under another. */
export const teamsCsv = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(teamsText, 'utf16le')])

/** A list in headers of a school's own, in GB18030 as Excel saves it would be; here UTF-8. */
export const ownCsv = Buffer.from(
  crlf(['第一组签到', '谁,哪班,到,走', '李雷,3A,2026/11/26 18:00,2026/11/26 18:40', '外婆,,2026/11/26 18:10,2026/11/26 18:20']),
)

/** The sheets of a workbook of 腾讯会议. */
export const tencentSheets = [
  {
    name: '成员参会概况',
    rows: [
      ['会议主题:', '三年级公开课'],
      ['会议号:', '123456789'],
      ['用户昵称（入会昵称）', '首次入会时间', '最后退会时间', '入会次数', '累计参会时长', '身份'],
      ['王老师(王老师)', '2026-11-26 17:58:00', '2026-11-26 18:40:00', '1', '0:42:00', '主持人'],
      ['lilei(李雷)', '2026-11-26 18:00:00', '2026-11-26 18:40:00', '2', '0:30:00', '普通参会者'],
    ],
  },
  {
    name: '成员参会明细',
    rows: [
      ['会议主题:', '三年级公开课'],
      ['用户昵称（入会昵称）', '入会时间', '退会时间', '参会时长', '身份'],
      ['王老师(王老师)', '2026-11-26 17:58:00', '2026-11-26 18:40:00', '0:42:00', '主持人'],
      ['lilei(李雷)', '2026-11-26 18:00:00', '2026-11-26 18:20:00', '0:20:00', '普通参会者'],
      ['lilei(李雷)', '2026-11-26 18:30:00', '2026-11-26 18:40:00', '0:10:00', '普通参会者'],
    ],
  },
] as const
