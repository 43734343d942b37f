import assert from 'node:assert/strict'
import { onBoth, sqlite } from '../databases.ts'
import { reserve } from '../livings.ts'
import { makeSchool, personOf } from '../world.ts'

/** What the viewer's page says, before a script has run. */

const play_url = 'https://cdn.example/live/x.m3u8'

/** A school with a living that begins in an hour. `page` returns the text of a viewer's page without tags, and its HTML. */
async function schoolWithLinks(database = sqlite, url: string | undefined = play_url) {
  const school = await makeSchool(database, { classes: { '3A': { li: ['mum'] } } })
  await school.client.updateStudent({ student_userid: 'li', name: '张三' })
  const livingid = await reserve(school, ['3A'], { theme: '分数 <b>& 小数', living_start: school.clock.now + 3600 })
  const linkOf = async (who: string) => {
    const { links } = await school.client.ours.links({ livingid, viewers: [personOf(who)], ...(url && { play_url: url }) })
    return links[0]?.link ?? ''
  }
  const page = async (link: string, language = 'zh-CN') => {
    const response = await fetch(`${school.base}/watch/${link}`, { headers: { 'accept-language': language } })
    const html = await response.text()
    const shown = html.replaceAll(/<(\w+)[^>]* hidden>.*?<\/\1>/g, '').replaceAll(/<[^>]+>/g, ' ')
    return { status: response.status, html, text: shown.replaceAll(/\s+/g, ' '), headers: response.headers }
  }
  return { school, livingid, linkOf, page }
}

onBoth('before the start the page says title, time, and who is watching, in the language of the browser', async (database) => {
  const { school, linkOf, page } = await schoolWithLinks(database)
  await using _ = school
  const mum = await linkOf('mum/li')
  const chinese = await page(mum)
  assert.equal(chinese.status, 200)
  assert.match(chinese.html, /<html lang="zh-CN">/)
  assert.match(chinese.html, /<h1>分数 &#60;b&#62;&#38; 小数<\/h1>/)
  assert.match(chinese.text, /还没开始 .*1月15日星期五 17:00–18:00 中国时间 .*您是 张三 的妈妈/)
  const english = await page(mum, 'fr, en-US;q=0.8')
  assert.match(english.html, /<html lang="en">/)
  assert.match(english.text, /Not started .*Friday 15 January 17:00–18:00 China Time .*You are the mother of 张三/)
  assert.match((await page(await linkOf('li'))).text, /你是 张三/)
  assert.match((await page(mum, 'fr')).text, /还没开始/)
})

onBoth('the page says that the living is live, over, cancelled, or was never held', async (database) => {
  const { school, livingid, linkOf, page } = await schoolWithLinks(database)
  await using _ = school
  const link = await linkOf('li')
  school.clock.now += 3600
  await school.client.ours.start({ livingid })
  assert.match((await page(link)).text, /正在直播/)
  school.clock.now += 600
  await school.client.ours.end({ livingid })
  const over = await page(link)
  assert.match(over.text, /已经结束 .*17:00–17:10 .*这节直播课已经结束。/)
  assert.match(over.html, /data-replay="1"/)

  const cancelled = await schoolWithLinks(database)
  await using __ = cancelled.school
  const its = await cancelled.linkOf('li')
  await cancelled.school.client.livingCancel({ livingid: cancelled.livingid })
  const called = await cancelled.page(its)
  assert.equal(called.status, 200)
  assert.match(called.text, /已取消 .*这节直播课取消了/)
  assert.doesNotMatch(called.html, /<video|heartbeat/)

  const missed = await schoolWithLinks(database)
  await using ___ = missed.school
  const old = await missed.linkOf('li')
  missed.school.clock.now += 3 * 3600
  assert.match((await missed.page(old)).text, /没有开课/)
})

onBoth('a living without a play_url has the same page without a player, which says where it is seen', async (database) => {
  const { school, livingid, linkOf, page } = await schoolWithLinks(database, '')
  await using _ = school
  const link = await linkOf('mum/li')
  const before = await page(link)
  assert.equal(before.status, 200)
  assert.match(before.text, /1月15日星期五 17:00–18:00 .*请打开老师发的直播链接观看.*您是 张三 的妈妈/)
  assert.doesNotMatch(before.html, /<video|hls\.js|heartbeat/)
  school.clock.now += 3600
  await school.client.ours.start({ livingid })
  assert.match((await page(link, 'en')).text, /Live now .*Open the link that your teacher sent/)
})

onBoth('a link that is damaged, ended, rotated or expired has a page of its own in the language of the browser', async (database) => {
  const { school, livingid, linkOf, page } = await schoolWithLinks(database)
  await using _ = school
  const dead: string[] = ['nonsense', `${(await linkOf('li')).slice(0, -4)}AAAA`]
  const ended = await linkOf('li')
  await school.client.ours.links({ livingid, viewers: [{ student_userid: 'li' }], end: 1 })
  dead.push(ended)
  const rotated = await linkOf('mum/li')
  await school.client.ours.links({ livingid, rotate: 1 })
  dead.push(rotated)
  for (const link of dead) {
    const { status, text } = await page(link)
    assert.equal(status, 403)
    assert.match(text, /链接已失效.*请向老师要一个新的链接/)
    assert.doesNotMatch(text, /张三|分数/)
  }
  assert.match((await page('nonsense', 'en')).text, /This link no longer works.*ask the teacher/)
  const expired = await linkOf('mum/li')
  school.clock.now += 31 * 86_400
  assert.equal((await page(expired)).status, 403)
})

onBoth('the page is never stored by a cache, and allows scripts and styles of this server only', async (database) => {
  const { school, linkOf, page } = await schoolWithLinks(database)
  await using _ = school
  for (const link of [await linkOf('li'), 'nonsense']) {
    const { headers } = await page(link)
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';/)
    assert.doesNotMatch(policy, /unsafe/)
  }
})
