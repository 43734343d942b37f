/** Seconds that a reported time may be ahead of the server's clock: enough for a clock that is a little fast. */
export const clockSkewSeconds = 300
