import { BlockList, isIP } from 'node:net'

/**
 * Every setting: its environment variable, its default, and a description for the help and the README. The flag follows from the name, see
 * `flagOf`. Code outside this file and src/cli does not read the environment.
 */
export const settings = {
  host: { variable: 'ROLLCALL_HOST', fallback: '127.0.0.1', description: 'address to listen on' },
  port: { variable: 'ROLLCALL_PORT', fallback: '8080', description: 'port to listen on; 0 chooses a free one' },
  database: { variable: 'ROLLCALL_DATABASE', fallback: './rollcall.db', description: 'SQLite file, or postgres://user:password@host/name' },
  secretKeyFile: {
    variable: 'ROLLCALL_SECRET_KEY_FILE',
    fallback: '',
    description:
      'file of the key that encrypts the secrets in the database, made at the first start; default: rollcall.key beside the SQLite file, or in the current folder with PostgreSQL',
  },
  databasePool: {
    variable: 'ROLLCALL_DATABASE_POOL',
    fallback: '10',
    description: 'PostgreSQL: maximum number of connections of each process',
  },
  databaseTimeout: {
    variable: 'ROLLCALL_DATABASE_TIMEOUT',
    fallback: '60',
    description: 'PostgreSQL: maximum duration of a statement, in seconds',
  },
  processes: { variable: 'ROLLCALL_PROCESSES', fallback: '1', description: 'server processes on this machine, on one port' },
  tlsCert: { variable: 'ROLLCALL_TLS_CERT', fallback: '', description: 'PEM certificate; with --tls-key the server speaks HTTPS' },
  tlsKey: { variable: 'ROLLCALL_TLS_KEY', fallback: '', description: 'PEM key of the certificate' },
  trustedProxies: {
    variable: 'ROLLCALL_TRUSTED_PROXIES',
    fallback: '',
    description: 'CIDRs, joined by commas, of reverse proxies on other machines: their X-Forwarded-For and X-Forwarded-Proto are believed',
  },
  pageSize: { variable: 'ROLLCALL_PAGE_SIZE', fallback: '1000', description: 'entries per page, students and parents together (1-10000)' },
  endGrace: {
    variable: 'ROLLCALL_END_GRACE',
    fallback: '1800',
    description: 'seconds after the planned end at which a living ends or expires by itself',
  },
  retentionDays: {
    variable: 'ROLLCALL_RETENTION_DAYS',
    fallback: '0',
    description: 'days after the end of a lesson at which it is deleted with its register; 0 keeps all lessons',
  },
  parentCapacity: {
    variable: 'ROLLCALL_PARENT_CAPACITY',
    fallback: '0',
    description: 'parents that a school may have before creating another is refused with 65018; 0 sets no limit',
  },
  timeZone: { variable: 'ROLLCALL_TIME_ZONE', fallback: 'Asia/Shanghai', description: "the school's time zone, for the console's dates" },
  unpublishGrace: {
    variable: 'ROLLCALL_UNPUBLISH_GRACE',
    fallback: '120',
    description: 'seconds after which a lesson ends whose stream is gone, once its planned end has passed',
  },
  publishEarly: {
    variable: 'ROLLCALL_PUBLISH_EARLY',
    fallback: '900',
    description:
      'seconds before its planned start from which on a stream starts its lesson; one that is published earlier is a test and starts nothing',
  },
  publishStarts: {
    variable: 'ROLLCALL_PUBLISH_STARTS',
    fallback: 'yes',
    description: 'whether a lesson starts and ends with its stream: yes or no',
  },
  presenceStarts: {
    variable: 'ROLLCALL_PRESENCE_STARTS',
    fallback: 'yes',
    description:
      'whether presence starts a living that nobody has started: at its planned start, if a stay overlaps its planned time; yes or no',
  },
  logLevel: {
    variable: 'ROLLCALL_LOG_LEVEL',
    fallback: 'info',
    description: 'trace, debug, info, warn, error, fatal or silent; logs go to stderr',
  },
  polyvAppId: { variable: 'ROLLCALL_POLYV_APP_ID', fallback: '', description: 'appId of the account at 保利威 whose view log is pulled' },
  polyvSecretFile: {
    variable: 'ROLLCALL_POLYV_SECRET_FILE',
    fallback: '',
    description: 'file whose first line is the appSecret of the account at 保利威',
  },
  callbackPrivate: {
    variable: 'ROLLCALL_CALLBACK_PRIVATE',
    fallback: 'no',
    description: 'yes allows callbacks to this machine and to private networks',
    isYesNo: true,
  },
} as const satisfies Record<string, { variable: string; fallback: string; description: string; isYesNo?: true }>

export type SettingName = keyof typeof settings
/** The settings of a server, parsed. `endGrace`, `unpublishGrace` and `publishEarly` are in seconds, `databaseTimeout` too. */
export type Config = {
  host: string
  port: number
  database: string
  secretKeyFile: string
  databasePool: number
  databaseTimeout: number
  processes: number
  tlsCert: string
  tlsKey: string
  trustedProxies: BlockList
  pageSize: number
  endGrace: number
  retentionDays: number
  parentCapacity: number
  timeZone: string
  unpublishGrace: number
  publishEarly: number
  publishStarts: boolean
  presenceStarts: boolean
  logLevel: string
  callbackPrivate: boolean
}

/** Returns the flag of a setting: `--end-grace` for `endGrace`. */
export const flagOf = (name: string) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** Returns the value of a setting: that of the flag, otherwise that of the environment variable, otherwise the default. */
export function setting(name: SettingName, flags: Partial<Record<string, unknown>>, environment: NodeJS.ProcessEnv): string {
  const given = flags[name] === true ? 'yes' : (flags[name] ?? environment[settings[name].variable])
  return typeof given === 'string' && given !== '' ? given : settings[name].fallback
}

/** Returns whether a setting is yes. Throws if its value is neither yes nor no (or true, false, 1, 0). */
export function isYes(name: SettingName, flags: Partial<Record<string, unknown>>, environment: NodeJS.ProcessEnv): boolean {
  const value = setting(name, flags, environment)
  if (!/^(yes|true|1|no|false|0)$/.test(value))
    throw new Error(`${flagOf(name)} (${settings[name].variable}): expected yes or no, got ${JSON.stringify(value)}`)
  return /^(yes|true|1)$/.test(value)
}

/** Returns all settings. Throws an error that names the flag if a value is invalid, or if two settings contradict each other. */
export function readConfig(flags: Partial<Record<string, unknown>>, environment: NodeJS.ProcessEnv): Config {
  const text = (name: SettingName) => setting(name, flags, environment)
  const wholeNumber = (name: SettingName, min: number, max: number) => {
    const value = Number(text(name))
    if (!Number.isInteger(value) || value < min || value > max)
      throw new Error(
        `${flagOf(name)} (${settings[name].variable}): expected a whole number from ${min} to ${max}, got ${JSON.stringify(text(name))}`,
      )
    return value
  }
  const config = {
    host: text('host'),
    port: wholeNumber('port', 0, 65_535),
    database: text('database'),
    secretKeyFile: text('secretKeyFile'),
    databasePool: wholeNumber('databasePool', 1, 1000),
    databaseTimeout: wholeNumber('databaseTimeout', 1, 3600),
    processes: wholeNumber('processes', 1, 64),
    tlsCert: text('tlsCert'),
    tlsKey: text('tlsKey'),
    trustedProxies: blockListOf('trustedProxies', text('trustedProxies')),
    pageSize: wholeNumber('pageSize', 1, 10_000),
    endGrace: wholeNumber('endGrace', 0, 2_592_000),
    retentionDays: wholeNumber('retentionDays', 0, 36_500),
    parentCapacity: wholeNumber('parentCapacity', 0, 100_000_000),
    timeZone: text('timeZone'),
    unpublishGrace: wholeNumber('unpublishGrace', 0, 86_400),
    publishEarly: wholeNumber('publishEarly', 0, 86_400),
    publishStarts: text('publishStarts') === 'yes',
    presenceStarts: isYes('presenceStarts', flags, environment),
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

/** Parses CIDRs such as `10.0.0.0/8,fd00::/8`; an address without a prefix is one machine. Throws an error that names the setting. */
function blockListOf(name: SettingName, text: string): BlockList {
  const list = new BlockList()
  for (const cidr of text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)) {
    const [, address = '', prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(cidr) ?? []
    const [kind, bits] = isIP(address) === 4 ? (['ipv4', 32] as const) : (['ipv6', 128] as const)
    if (!isIP(address) || Number(prefix ?? 0) > bits)
      throw new Error(`${flagOf(name)} (${settings[name].variable}): expected CIDRs like 10.0.0.0/8,fd00::/8, got ${JSON.stringify(cidr)}`)
    list.addSubnet(address, Number(prefix ?? bits), kind)
  }
  return list
}
