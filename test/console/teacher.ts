import { after } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { addAccount, type NewAccount } from '../../src/console/accounts.ts'
import { openSession } from '../../src/console/session.ts'
import { launchBrowser } from '../browser.ts'
import type { School } from '../world.ts'

/** The browser that all tests of a process share. */
let launched: Promise<Browser> | undefined
// A browser that could not be launched has already failed its tests; an error in this hook would keep later hooks from running.
after(async () => (await launched?.catch(() => undefined))?.close())

function browser(): Promise<Browser> {
  launched ??= launchBrowser()
  return launched
}

export const password = 'correct horse 电池'

/** Creates an account of the console, by default of a teacher named wang. */
export const makeAccount = (school: School, account: Partial<NewAccount> = {}) =>
  addAccount(school.db, school.corp_no, { name: 'wang', role: 'teacher', password, ...account }, school.clock.now)

/** Opens a browser page that is signed in with a new account. Any script error or console error of the page fails the test. */
export async function atBrowser(school: School, account: Partial<NewAccount> = {}, options: BrowserContextOptions = {}) {
  const { account_no } = await makeAccount(school, account)
  const context = await (await browser()).newContext({ baseURL: school.base, locale: 'zh-CN', ...options })
  const value = await openSession(school.db, { corp_no: school.corp_no, account_no }, school.clock.now)
  await context.addCookies([{ name: 'rollcall_session', value, url: school.base }])
  return watched(await context.newPage())
}

/** Opens a browser page that is not signed in. Any script error or console error of the page fails the test. */
export async function atSignIn(school: School, options: BrowserContextOptions = {}) {
  const context = await (await browser()).newContext({ baseURL: school.base, locale: 'zh-CN', ...options })
  return watched(await context.newPage())
}

function watched(page: Page) {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text())
  })
  return {
    page,
    [Symbol.asyncDispose]: async () => {
      await page.context().close()
      if (complaints.length) throw new Error(`the page complained: ${complaints.join('; ')}`)
    },
  }
}

/** The large number of a living's page: how many are missing. */
export const bigNumber = (page: Page) => page.locator('#numbers .giant')

/** The names that the list of a living's page shows now. */
export const namesListed = (page: Page) => page.locator('.people .name a').allTextContents()
