import { type Query, rows, sql } from '../store/sql.ts'

/** What is read and written of the parties. */

export type PartyRow = {
  party_id: number
  parentid: number
  type: number
  name: string
  register_year: number | null
  standard_grade: number | null
  ord: number | null
}

export const partiesOf = (corp_no: number) => sql`
  select party_id, parentid, type, name, register_year, standard_grade, ord
  from party where corp_no = ${corp_no} order by party_id`

export const insertParty = (corp_no: number, party: PartyRow) => sql`
  insert into party (corp_no, party_id, parentid, type, name, register_year, standard_grade, ord)
  values (${corp_no}, ${party.party_id}, ${party.parentid}, ${party.type}, ${party.name},
    ${party.register_year}, ${party.standard_grade}, ${party.ord})`

/** Parties as somebody else has them, of another type too. */
export const putParties = (corp_no: number, parties: readonly PartyRow[]) => sql`
  insert into party (corp_no, party_id, parentid, type, name, register_year, standard_grade, ord)
  select cast(${corp_no} as bigint), party_id, parentid, type, name, register_year, standard_grade, ord
  from ${rows(
    'r',
    {
      party_id: 'bigint',
      parentid: 'bigint',
      type: 'bigint',
      name: 'text',
      register_year: 'bigint',
      standard_grade: 'bigint',
      ord: 'bigint',
    },
    parties.map((p) => [p.party_id, p.parentid, p.type, p.name, p.register_year, p.standard_grade, p.ord]),
  )}
  where true
  on conflict (corp_no, party_id) do update set
    parentid = excluded.parentid, type = excluded.type, name = excluded.name,
    register_year = excluded.register_year, standard_grade = excluded.standard_grade, ord = excluded.ord`

export type AdminRow = { party_id: number; userid: string; type: number; subject: string }

export const adminsOf = (corp_no: number) => sql`
  select party_id, userid, type, subject from party_admin where corp_no = ${corp_no} order by party_id, userid_key, type`

export const putAdmin = (corp_no: number, admin: AdminRow) => sql`
  insert into party_admin (corp_no, party_id, userid_key, userid, type, subject)
  values (${corp_no}, ${admin.party_id}, ${admin.userid.toLowerCase()}, ${admin.userid}, ${admin.type}, ${admin.subject})
  on conflict (corp_no, party_id, userid_key, type) do update set userid = excluded.userid, subject = excluded.subject`

export const dropAdmins = (corp_no: number, party_id: number) => sql`
  delete from party_admin where corp_no = ${corp_no} and party_id = ${party_id}`

export const dropAdmin = (corp_no: number, party_id: number, userid: string, type: number | undefined) => sql`
  delete from party_admin
  where corp_no = ${corp_no} and party_id = ${party_id} and userid_key = ${userid.toLowerCase()}
    ${type === undefined ? sql`` : sql`and type = ${type}`}`

/** Under another id too, where the row says so; its children and administrators go along. */
export const setParty = (corp_no: number, party_id: number, party: PartyRow): Query[] => [
  sql`update party set party_id = ${party.party_id}, parentid = ${party.parentid}, name = ${party.name},
      register_year = ${party.register_year}, standard_grade = ${party.standard_grade}, ord = ${party.ord}
    where corp_no = ${corp_no} and party_id = ${party_id}`,
  ...(party.party_id === party_id
    ? []
    : [
        sql`update party set parentid = ${party.party_id} where corp_no = ${corp_no} and parentid = ${party_id}`,
        sql`update party_admin set party_id = ${party.party_id} where corp_no = ${corp_no} and party_id = ${party_id}`,
      ]),
]

export const deleteParty = (corp_no: number, party_id: number): Query[] => [
  sql`delete from party_admin where corp_no = ${corp_no} and party_id = ${party_id}`,
  sql`delete from class_move where corp_no = ${corp_no} and (party_id = ${party_id} or to_id = ${party_id})`,
  sql`delete from party where corp_no = ${corp_no} and party_id = ${party_id}`,
]

/** Somebody in this class, or on the way into it. */
export const anyMember = (corp_no: number, party_id: number) => sql`
  select m.student_no from member m
  where m.corp_no = ${corp_no}
    and (m.party_id = ${party_id} or m.party_id in (select party_id from class_move where corp_no = ${corp_no} and to_id = ${party_id}))
  limit 1`

export type MoveRow = { party_id: number; to_id: number }

export const classMoves = (corp_no: number) => sql`
  select party_id, to_id from class_move where corp_no = ${corp_no} order by party_id`

export const corpsWithMoves = () => sql`select distinct corp_no from class_move order by corp_no`

/** The pupils of these classes are to follow, from the first one on; who was on the way to one that has moved again goes there. */
export const putMoves = (corp_no: number, moves: readonly MoveRow[]): Query[] => [
  ...moves
    .filter(({ party_id, to_id }) => party_id !== to_id)
    .map(({ party_id, to_id }) => sql`update class_move set to_id = ${to_id} where corp_no = ${corp_no} and to_id = ${party_id}`),
  sql`insert into class_move (corp_no, party_id, to_id, after_student_no)
    select cast(${corp_no} as bigint), party_id, to_id, 0
    from ${rows(
      'r',
      { party_id: 'bigint', to_id: 'bigint' },
      moves.map((move) => [move.party_id, move.to_id]),
    )}
    where true
    on conflict (corp_no, party_id) do update set to_id = excluded.to_id, after_student_no = 0`,
]

export type FollowerRow = { party_id: number; student_no: number }

export const nextFollowers = (corp_no: number, limit: number) => sql`
  select c.party_id, m.student_no from class_move c
  join member m on m.corp_no = c.corp_no and m.party_id = c.party_id and m.student_no > c.after_student_no
  where c.corp_no = ${corp_no}
  order by c.party_id, m.student_no
  limit ${limit}`

/** All classes before that of the last one have followed, and of that class everybody up to them; without a last one, all. */
export const followed = (corp_no: number, last: FollowerRow | undefined): Query[] =>
  last
    ? [
        sql`delete from class_move where corp_no = ${corp_no} and party_id < ${last.party_id}`,
        sql`update class_move set after_student_no = ${last.student_no} where corp_no = ${corp_no} and party_id = ${last.party_id}`,
      ]
    : [sql`delete from class_move where corp_no = ${corp_no}`]
