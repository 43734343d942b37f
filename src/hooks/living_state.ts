import { type Living, state } from '../living/store.ts'

/** How a living stands, in a word for the viewer's page. */
export type LivingState = keyof typeof state

const stateNames = Object.keys(state) as LivingState[]

/** `reserved`, `live`, `ended`, `expired` or `cancelled`. */
export const livingState = (living: Pick<Living, 'state'>): LivingState => stateNames[living.state] as LivingState
