import type { ListFields } from './call.ts'

/**
 * Returns a copy of `answer` in which every missing array named by `lists` is an empty array.
 * WeCom omits empty arrays although the official pages promise them (observed: `students` of get_allow_scope).
 */
export function addMissingLists(lists: ListFields | readonly [ListFields], answer: unknown): unknown {
  if (Array.isArray(lists)) {
    const [elementLists] = lists as readonly [ListFields]
    if (!Array.isArray(answer)) return []
    return Object.keys(elementLists).length ? answer.map((element) => addMissingLists(elementLists, element)) : answer
  }
  if (answer !== undefined && (typeof answer !== 'object' || answer === null)) return answer
  const completed: Record<string, unknown> = { ...answer }
  for (const [name, inner] of Object.entries(lists as ListFields)) {
    const field = name.replace('?', '')
    const isOptional = field !== name
    const value = completed[field] ?? undefined
    if (value !== undefined || !isOptional) completed[field] = addMissingLists(inner, value)
  }
  return completed
}
