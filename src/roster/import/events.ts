import type { ContactChange } from '../../events/tell.ts'
import type { ComparedStudent } from './compare.ts'
import type { Written } from './written.ts'

/** The contact changes that apps are told of after a batch: new departments, changed students and parents, and those who left. */
export function eventsOf({ compared, classes, leavers, childless }: Written, changed: readonly ComparedStudent[]): ContactChange[] {
  return [
    ...classes.made.map((party) => ({ ChangeType: 'create_department' as const, Id: String(party.party_id) })),
    ...changed.map(({ before, after }) => ({
      ChangeType: before ? ('update_student' as const) : ('create_student' as const),
      Id: after.student_userid,
    })),
    ...compared.parents
      .filter((each) => each.isChanged)
      .map(({ before, after }): ContactChange => {
        const Id = after.parent_userid
        if (!before) return { ChangeType: 'create_parent', Id }
        if (before.is_subscribe === after.is_subscribe) return { ChangeType: 'update_parent', Id }
        return { ChangeType: after.is_subscribe ? 'subscribe' : 'unsubscribe', Id }
      }),
    ...childless.map((each) => ({ ChangeType: 'delete_parent' as const, Id: each.parent_userid })),
    ...leavers.map((each) => ({ ChangeType: 'delete_student' as const, Id: each.student_userid })),
  ]
}
