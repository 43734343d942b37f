/** Tries until it holds, longer than a person would wait: a busy machine is not what is tested. */
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
