import type { Need } from '../wire/endpoint.ts'
import { WireError } from '../wire/errcode.ts'

/** The permission tables of WeCom pages 95795 (statistics), 93739 (living), 91638 and 92325 (contacts), as data. */
export const kinds = ['self-built', 'delegated', 'third-party', 'system'] as const
export type Kind = (typeof kinds)[number]

export const grantNames = {
  living_api: '上课直播 – 可调用接口的应用',
  parent_app: '家长可以使用的应用',
  contacts_edit: '家校沟通 – 读取和编辑家校通讯录的应用',
  contacts_read: '家校沟通 – 读取家校通讯录的应用',
  live: '直播',
  school: '家校沟通',
  school_edit: '家校通讯录编辑',
} as const
export type Grant = keyof typeof grantNames

const ownGrants: Grant[] = ['living_api', 'parent_app', 'contacts_edit', 'contacts_read']
const suiteGrants: Grant[] = ['live', 'school', 'school_edit']

export const grantsOf: Record<Kind, readonly Grant[]> = {
  'self-built': ownGrants,
  delegated: suiteGrants,
  'third-party': suiteGrants,
  system: [],
}

type Rule = { all: Grant[] } | { any: Grant[] }
type Guarded = Exclude<Need, 'nobody' | 'suite'>

const own: Record<Guarded, Rule> = {
  living_stat: { all: ['living_api', 'parent_app'] },
  living: { all: ['living_api'] },
  contacts_edit: { all: ['contacts_edit'] },
  contacts_read: { any: ['contacts_read', 'contacts_edit', 'parent_app'] },
}
const suite: Record<Guarded, Rule> = {
  living_stat: { all: ['live', 'school'] },
  living: { all: ['live'] },
  contacts_edit: { all: ['school_edit'] },
  contacts_read: { any: ['school', 'school_edit'] },
}

/** The grants that let an app, of whatever kind, read the contacts. */
export const readingContacts: readonly Grant[] = [own, suite].flatMap(({ contacts_read: rule }) => ('all' in rule ? rule.all : rule.any))

/** What a call's permission depends on. `legacy`: the corp used system apps before 2023-12-01. */
export type Caller = { kind: Kind; grants: ReadonlySet<Grant>; legacy: boolean }

/** Throws 48002, naming every grant that is missing and no other, where an app may not call. */
export function checkGrants({ kind, grants, legacy }: Caller, need: Need): void {
  if (need === 'nobody' || need === 'suite') return
  if (kind === 'system') {
    if (legacy) return
    throw new WireError(
      'no_permission',
      'system app secrets are not supported since 2023-12-01, but in corps that used them before (https://developer.work.weixin.qq.com/document/51165)',
    )
  }
  const rule = (kind === 'self-built' ? own : suite)[need]
  const listed = (names: Grant[], separator: string) => names.map((name) => `${name} (${grantNames[name]})`).join(separator)
  if ('all' in rule) {
    const missing = rule.all.filter((name) => !grants.has(name))
    if (missing.length) throw new WireError('no_permission', `the app lacks ${listed(missing, ' and ')}`)
  } else if (!rule.any.some((name) => grants.has(name))) {
    throw new WireError('no_permission', `the app lacks ${listed(rule.any, ' or ')}`)
  }
}

/** Whether an app is shown the mobiles of parents: WeCom hides them from third-party apps (WeCom page 92337). */
export const seesParentMobiles = ({ kind }: Pick<Caller, 'kind'>): boolean => kind !== 'third-party'
