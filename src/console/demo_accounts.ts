/** Who signs in to the demo school; refused, as all of that school is, by a server that was started without --demo. */
export const demoAccounts = { password: 'rollcall-demo', teacher: 'teacher', administrator: 'admin', userid: 'zhoulaoshi' } as const
