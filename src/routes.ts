import { accessRoutes } from './access/routes.ts'
import { attendanceRoutes } from './attendance/routes.ts'
import type { Routes } from './call.ts'
import { hookRoutes } from './hooks/routes.ts'
import { livingRoutes } from './living/routes.ts'
import { rosterRoutes } from './roster/routes.ts'

/** Every call of the table has its route; the types say so. */
export const routes: Routes = { ...accessRoutes, ...rosterRoutes, ...livingRoutes, ...attendanceRoutes, ...hookRoutes }
