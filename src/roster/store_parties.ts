import { type Query, rows, sql } from '../store/sql.ts'

/** The departments of a school (parties) and their administrators. Classes on the way to another id or place: store_class_moves.ts. */
export type PartyRow = {
  party_id: number
  parentid: number
  type: number
  name: string
  register_year: number | null
  standard_grade: number | null
  /** `order` on the wire */
  ord: number | null
}

/** All parties of a corp, by id. */
export const partiesOf = (corp_no: number) => sql`
  select party_id, parentid, type, name, register_year, standard_grade, ord
  from party where corp_no = ${corp_no} order by party_id`

export const insertParty = (corp_no: number, party: PartyRow) => sql`
  insert into party (corp_no, party_id, parentid, type, name, register_year, standard_grade, ord)
  values (${corp_no}, ${party.party_id}, ${party.parentid}, ${party.type}, ${party.name},
    ${party.register_year}, ${party.standard_grade}, ${party.ord})`

/** Upserts parties by id, as the mirrored server has them: also a changed type, which no call can change. */
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

/** All administrators of a corp's parties. */
export const adminsOf = (corp_no: number) => sql`
  select party_id, userid, type, subject from party_admin where corp_no = ${corp_no} order by party_id, userid_key, type`

/** Upserts an administrator, who is identified by party, userid (in upper or lower case) and type. */
export const putAdmin = (corp_no: number, admin: AdminRow) => sql`
  insert into party_admin (corp_no, party_id, userid_key, userid, type, subject)
  values (${corp_no}, ${admin.party_id}, ${admin.userid.toLowerCase()}, ${admin.userid}, ${admin.type}, ${admin.subject})
  on conflict (corp_no, party_id, userid_key, type) do update set userid = excluded.userid, subject = excluded.subject`

/** Deletes all administrators of a party. */
export const dropAdmins = (corp_no: number, party_id: number) => sql`
  delete from party_admin where corp_no = ${corp_no} and party_id = ${party_id}`

/** Deletes an administrator of a party, of one type or of all types. */
export const dropAdmin = (corp_no: number, party_id: number, userid: string, type: number | undefined) => sql`
  delete from party_admin
  where corp_no = ${corp_no} and party_id = ${party_id} and userid_key = ${userid.toLowerCase()}
    ${type === undefined ? sql`` : sql`and type = ${type}`}`

/** Changes the party with id `party_id` to `party`. Where `party` has another id, the parties below and the administrators follow. */
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

/** Deletes a party with its administrators and pending moves. The caller has checked that no student and no other party is in it. */
export const deleteParty = (corp_no: number, party_id: number): Query[] => [
  sql`delete from party_admin where corp_no = ${corp_no} and party_id = ${party_id}`,
  sql`delete from class_move where corp_no = ${corp_no} and (party_id = ${party_id} or to_id = ${party_id})`,
  sql`delete from party where corp_no = ${corp_no} and party_id = ${party_id}`,
]

/** At most one student who is in this class, or is about to be moved into it. */
export const anyMember = (corp_no: number, party_id: number) => sql`
  select m.student_no from member m
  where m.corp_no = ${corp_no}
    and (m.party_id = ${party_id} or m.party_id in (select party_id from class_move where corp_no = ${corp_no} and to_id = ${party_id}))
  limit 1`
