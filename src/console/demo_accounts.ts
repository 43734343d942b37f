/** The accounts of the demo school. A server started without --demo refuses them, as it refuses everything of that school. */
export const demoAccounts = { password: 'rollcall-demo', teacher: 'teacher', administrator: 'admin', userid: 'zhoulaoshi' } as const
