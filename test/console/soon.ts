/** Tries until it holds, as long as a person would wait. */
export async function expectSoon(check: () => Promise<void>, within = 3000): Promise<void> {
  for (const until = performance.now() + within; ; ) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > until) throw error
      await new Promise((done) => setTimeout(done, 50))
    }
  }
}
