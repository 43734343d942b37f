/**
 * Pages as one process has sent them, good while their register's version stands still, which every call reads. Kept from the second
 * time on: most pages are asked for once. The oldest go first.
 */
export function keptBodies(mostBytes = 32 * 2 ** 20) {
  const bodies = new Map<string, { version: number; body: Buffer | undefined }>()
  let bytes = 0
  return {
    get(key: string, version: number): Buffer | undefined {
      const kept = bodies.get(key)
      return kept?.version === version ? kept.body : undefined
    },
    keep(key: string, version: number, body: Buffer): void {
      const before = bodies.get(key)
      const again = before?.version === version ? body : undefined
      bytes += (again?.length ?? 0) - (before?.body?.length ?? 0)
      bodies.delete(key)
      bodies.set(key, { version, body: again })
      for (const [oldest, { body: old }] of bodies) {
        if (bytes <= mostBytes && bodies.size <= 10_000) break
        bodies.delete(oldest)
        bytes -= old?.length ?? 0
      }
    },
  }
}
