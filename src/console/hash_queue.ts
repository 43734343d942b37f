/**
 * Sign-ins that wait at once, and those of them from one address. A sign-in hashes once for each account of its name: 50 take 2 s where names
 * are of one school, and up to 40 s for a name that 20 schools have.
 */
const mostWaiting = 50
const mostWaitingOfAddress = 20

/**
 * Lets one sign-in at a time hash passwords, first come, first served. A hash occupies one of the four threads with which Node also reads
 * files and databases, for 40 ms: without this queue, 250 sign-ins at once delayed the read of a file by 12 s, with it by 0.2 s.
 */
export function hashQueue() {
  const waiting: { readonly address: string; readonly start: () => void }[] = []
  let isBusy = false
  const release = () => {
    const next = waiting.shift()
    if (next) next.start()
    else isBusy = false
  }
  return {
    /** Runs `work` when its turn comes. Returns its result, or undefined at once if too many sign-ins wait. */
    async run<T extends object>(address: string, work: () => Promise<T>): Promise<T | undefined> {
      if (waiting.length >= mostWaiting || waiting.filter((each) => each.address === address).length >= mostWaitingOfAddress)
        return undefined
      if (isBusy) await new Promise<void>((start) => waiting.push({ address, start }))
      isBusy = true
      try {
        return await work()
      } finally {
        release()
      }
    },
  }
}
