/**
 * Every setting: a flag, an environment variable, a default and a sentence. Nothing else reads the environment.
 */
export const settings = {
  host: { variable: 'ROLLCALL_HOST', fallback: '127.0.0.1', says: 'address to listen on' },
  port: { variable: 'ROLLCALL_PORT', fallback: '8080', says: 'port to listen on; 0 takes a free one' },
  database: { variable: 'ROLLCALL_DATABASE', fallback: './rollcall.db', says: 'SQLite file, or postgres://user:password@host/name' },
  databasePool: { variable: 'ROLLCALL_DATABASE_POOL', fallback: '10', says: 'PostgreSQL: connections a process holds at most' },
  databaseTimeout: { variable: 'ROLLCALL_DATABASE_TIMEOUT', fallback: '60', says: 'PostgreSQL: seconds a statement may take' },
  processes: { variable: 'ROLLCALL_PROCESSES', fallback: '1', says: 'server processes on this machine, on one port' },
  tlsCert: { variable: 'ROLLCALL_TLS_CERT', fallback: '', says: 'PEM certificate; with --tls-key the server speaks HTTPS' },
  tlsKey: { variable: 'ROLLCALL_TLS_KEY', fallback: '', says: 'PEM key of the certificate' },
  pageSize: { variable: 'ROLLCALL_PAGE_SIZE', fallback: '1000', says: 'entries a page, students and parents together (1-10000)' },
  endGrace: {
    variable: 'ROLLCALL_END_GRACE',
    fallback: '1800',
    says: 'seconds after the planned end at which a living ends or expires by itself',
  },
  retentionDays: {
    variable: 'ROLLCALL_RETENTION_DAYS',
    fallback: '0',
    says: 'days after which a lesson that is over is deleted with its register; 0 keeps them',
  },
  timeZone: { variable: 'ROLLCALL_TIME_ZONE', fallback: 'Asia/Shanghai', says: "the school's time zone, for the console's dates" },
  unpublishGrace: { variable: 'ROLLCALL_UNPUBLISH_GRACE', fallback: '120', says: 'seconds a stream may be gone before its lesson ends' },
  publishStarts: {
    variable: 'ROLLCALL_PUBLISH_STARTS',
    fallback: 'yes',
    says: 'whether a stream that begins starts its lesson, and ends it: yes or no',
  },
  logLevel: {
    variable: 'ROLLCALL_LOG_LEVEL',
    fallback: 'info',
    says: 'trace, debug, info, warn, error, fatal or silent; logs go to stderr',
  },
  callbackPrivate: {
    variable: 'ROLLCALL_CALLBACK_PRIVATE',
    fallback: 'no',
    says: 'yes allows callbacks to this machine and to private networks',
    yesNo: true,
  },
} as const satisfies Record<string, { variable: string; fallback: string; says: string; yesNo?: true }>

export type SettingName = keyof typeof settings
export type Config = {
  host: string
  port: number
  database: string
  databasePool: number
  databaseTimeout: number
  processes: number
  tlsCert: string
  tlsKey: string
  pageSize: number
  endGrace: number
  retentionDays: number
  timeZone: string
  unpublishGrace: number
  publishStarts: boolean
  logLevel: string
  callbackPrivate: boolean
}

/** The flag of a setting: `endGrace` is `--end-grace`. */
export const flagOf = (name: string) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** A setting's value: the flag, else the variable, else the default. */
export function setting(name: SettingName, flags: Partial<Record<string, unknown>>, environment: NodeJS.ProcessEnv): string {
  const given = flags[name] === true ? 'yes' : (flags[name] ?? environment[settings[name].variable])
  return typeof given === 'string' && given !== '' ? given : settings[name].fallback
}

/** A setting that is yes or no. */
export function isYes(name: SettingName, flags: Partial<Record<string, unknown>>, environment: NodeJS.ProcessEnv): boolean {
  const value = setting(name, flags, environment)
  if (!/^(yes|true|1|no|false|0)$/.test(value))
    throw new Error(`${flagOf(name)} (${settings[name].variable}): expected yes or no, got ${JSON.stringify(value)}`)
  return /^(yes|true|1)$/.test(value)
}

/** Reads all settings once, and refuses what contradicts itself. */
export function readConfig(flags: Partial<Record<string, unknown>>, environment: NodeJS.ProcessEnv): Config {
  const text = (name: SettingName) => setting(name, flags, environment)
  const whole = (name: SettingName, low: number, high: number) => {
    const value = Number(text(name))
    if (!Number.isInteger(value) || value < low || value > high)
      throw new Error(
        `${flagOf(name)} (${settings[name].variable}): expected a whole number from ${low} to ${high}, got ${JSON.stringify(text(name))}`,
      )
    return value
  }
  const config = {
    host: text('host'),
    port: whole('port', 0, 65_535),
    database: text('database'),
    databasePool: whole('databasePool', 1, 1000),
    databaseTimeout: whole('databaseTimeout', 1, 3600),
    processes: whole('processes', 1, 64),
    tlsCert: text('tlsCert'),
    tlsKey: text('tlsKey'),
    pageSize: whole('pageSize', 1, 10_000),
    endGrace: whole('endGrace', 0, 2_592_000),
    retentionDays: whole('retentionDays', 0, 36_500),
    timeZone: text('timeZone'),
    unpublishGrace: whole('unpublishGrace', 0, 86_400),
    publishStarts: text('publishStarts') === 'yes',
    logLevel: text('logLevel'),
    callbackPrivate: isYes('callbackPrivate', flags, environment),
  }
  if (Boolean(config.tlsCert) !== Boolean(config.tlsKey)) throw new Error('--tls-cert and --tls-key go together: give both or neither')
  if (!['yes', 'no'].includes(text('publishStarts')))
    throw new Error(`--publish-starts: expected yes or no, got ${JSON.stringify(text('publishStarts'))}`)
  const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']
  if (!levels.includes(config.logLevel))
    throw new Error(`--log-level: expected one of ${levels.join(', ')}, got ${JSON.stringify(config.logLevel)}`)
  try {
    new Intl.DateTimeFormat('en', { timeZone: config.timeZone })
  } catch {
    throw new Error(`--time-zone: expected a name like Asia/Shanghai, got ${JSON.stringify(config.timeZone)}`)
  }
  return config
}
