/** What a run of the mirror is asked to pull, and into which app. */
export type MirrorRequest = {
  /** URL of the host */
  readonly base: string
  /** whether `base` was given for this run (`--from`) rather than taken from a login */
  readonly isBaseGiven: boolean
  readonly corpid: string
  /** the local app that the livings are to belong to; default: the app of the run before, or a new one */
  readonly agentid?: number | undefined
  readonly livingids: readonly string[]
  /** userids of teachers whose livings are pulled */
  readonly anchors: readonly string[]
  /** whether to pull livings again that are over and were pulled completely */
  readonly again: boolean
}

/** Reports progress. The total grows during a run, by the number of classes and the number of livings. */
export type MirrorProgress = {
  readonly addToTotal: (count: number) => void
  readonly advance: (label: string) => void
  readonly setLabel: (label: string) => void
}
