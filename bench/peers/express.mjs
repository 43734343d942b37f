// The straightforward server: an anti-join of the roster with those who watched, an object per row, res.json.
// `node express.mjs ROLLCALL_DB WATCH_DB`
import { DatabaseSync } from 'node:sqlite'
import express from 'express'

const db = new DatabaseSync(process.argv[2], { readOnly: true })
db.prepare('attach ? as w').run(process.argv[3])
db.exec('pragma cache_size = -65536; pragma mmap_size = 2147418112')
const unwatched = db.prepare(`
  select v.viewer_no, s.student_userid, p.parent_userid, s.partyids
  from viewer v
  join student s on s.corp_no = v.corp_no and s.student_no = v.student_no
  left join parent p on p.corp_no = v.corp_no and p.parent_no = v.parent_no
  left join w.watched x on x.livingid = ? and x.viewer_no = v.viewer_no
  where v.corp_no = ? and v.active = 1 and coalesce(p.is_subscribe, s.is_subscribe) = 1
    and x.viewer_no is null and v.viewer_no > ?
  order by v.viewer_no
  limit 1001`)

const app = express()
app.use(express.json())
app.post('/page', (request, response) => {
  const { livingid, corp_no, next_cursor } = request.body
  const found = unwatched.all(livingid, corp_no, next_cursor)
  const page = found.slice(0, 1000)
  const students = []
  const parents = []
  for (const { student_userid, parent_userid, partyids } of page) {
    const classes = partyids.split(',').map(Number)
    if (parent_userid === null) students.push({ student_userid, partyids: classes })
    else parents.push({ parent_userid, student_userid, partyids: classes })
  }
  response.json({
    errcode: 0,
    errmsg: 'ok',
    has_more: found.length > 1000 ? 1 : 0,
    next_cursor: String(page.at(-1)?.viewer_no ?? next_cursor),
    stat_info: { students, parents },
  })
})
const server = app.listen(0, '127.0.0.1', () => process.stdout.write(`listening on http://127.0.0.1:${server.address().port}\n`))
