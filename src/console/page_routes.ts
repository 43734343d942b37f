import { bodyLimit } from '../request/body.ts'
import type { Answer, PageRequest, SignedInRequest } from './page_request.ts'
import { accountForm, accountsPage, addAccountForm } from './pages/accounts.ts'
import { addAppForm, appForm, appPage, appsPage } from './pages/apps.ts'
import { attendanceForm, attendanceMatchForm, attendancePage } from './pages/attendance.ts'
import { classesPage, classPage } from './pages/classes.ts'
import { downloadCsv, downloadXlsx } from './pages/download.ts'
import { excuseForm } from './pages/excuse.ts'
import { importForm, rosterTemplate } from './pages/import.ts'
import { livingPage, numbersJson } from './pages/living.ts'
import { livingsPage } from './pages/livings.ts'
import { printPage, textOf } from './pages/paper.ts'
import { rosterPage } from './pages/roster.ts'
import { chooseLanguage, type SignInTools, signInForm, signInPage, signOutForm } from './pages/sign_in.ts'
import { studentPage } from './pages/student.ts'
import { timelinePage } from './pages/timeline.ts'
import { unmatchedForm, unmatchedPage } from './pages/unmatched.ts'

/** `bodyLimit` is in bytes; a form without a file has the server's, 16 kB. */
type Route<Show> = { method: 'GET' | 'POST'; path: string; show: Show; bodyLimit?: number }
type PageWithoutSession = Route<(request: PageRequest, tools: SignInTools) => Promise<Answer> | Answer>
type PageWithSession = Route<(request: SignedInRequest) => Promise<Answer> | Answer>

/** The pages for everybody. */
export const pagesWithoutSession: readonly PageWithoutSession[] = [
  { method: 'GET', path: '/sign-in', show: signInPage },
  { method: 'POST', path: '/sign-in', show: signInForm },
  { method: 'POST', path: '/sign-out', show: signOutForm },
  { method: 'POST', path: '/language', show: chooseLanguage },
]

/** The pages for people who are signed in. */
export const pagesWithSession: readonly PageWithSession[] = [
  { method: 'GET', path: '/', show: livingsPage },
  { method: 'GET', path: '/livings/:livingid', show: livingPage },
  { method: 'GET', path: '/livings/:livingid/numbers', show: numbersJson },
  { method: 'GET', path: '/livings/:livingid/timeline', show: timelinePage },
  { method: 'POST', path: '/livings/:livingid/excuse', show: excuseForm },
  { method: 'GET', path: '/livings/:livingid/attendance', show: attendancePage },
  { method: 'POST', path: '/livings/:livingid/attendance', show: attendanceForm, bodyLimit },
  // after a match the browser stands at this path, and may ask for it again
  { method: 'GET', path: '/livings/:livingid/match', show: attendancePage },
  { method: 'POST', path: '/livings/:livingid/match', show: attendanceMatchForm },
  { method: 'GET', path: '/livings/:livingid/text', show: textOf },
  { method: 'GET', path: '/livings/:livingid/print', show: printPage },
  { method: 'GET', path: '/livings/:livingid/register.csv', show: downloadCsv },
  { method: 'GET', path: '/livings/:livingid/register.xlsx', show: downloadXlsx },
  { method: 'GET', path: '/pupils/:userid', show: studentPage },
  { method: 'GET', path: '/classes', show: classesPage },
  { method: 'GET', path: '/classes/:party', show: classPage },
  { method: 'GET', path: '/roster', show: rosterPage },
  { method: 'GET', path: '/roster/template.xlsx', show: rosterTemplate },
  { method: 'POST', path: '/roster', show: importForm, bodyLimit },
  { method: 'GET', path: '/unmatched', show: unmatchedPage },
  { method: 'POST', path: '/unmatched', show: unmatchedForm },
  { method: 'GET', path: '/apps', show: appsPage },
  { method: 'POST', path: '/apps', show: addAppForm },
  { method: 'GET', path: '/apps/:agentid', show: appPage },
  { method: 'POST', path: '/apps/:agentid', show: appForm },
  { method: 'GET', path: '/accounts', show: accountsPage },
  { method: 'POST', path: '/accounts', show: addAccountForm },
  { method: 'POST', path: '/accounts/:account', show: accountForm },
]
