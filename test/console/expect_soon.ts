/**
 * Repeats a check until it passes. Throws its last error after `within` milliseconds. The default is long, because the machine that runs
 * the tests may be busy.
 */
export async function expectSoon(check: () => Promise<void>, within = 15_000): Promise<void> {
  for (const until = performance.now() + within; ; ) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > until) throw error
      await new Promise((done) => setTimeout(done, 50))
    }
  }
}
