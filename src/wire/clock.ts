/** Seconds a reported time may be ahead of ours: a clock a little fast is not a lie, five minutes are. */
export const clockSkew = 300
