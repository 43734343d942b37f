import { Command } from 'commander'
import { corpOf } from '../access/apps.ts'
import { matchIdentity, unmatchIdentity } from '../identity/match.ts'
import { showViewers, viewersNamedBy } from '../identity/shown.ts'
import { unmatchedIdentities } from '../identity/unmatched.ts'
import { printedCandidates } from './attendance_report.ts'
import { addSettings, databaseSettings, nowSeconds, printJson, withDatabase } from './command_helpers.ts'

type Flags = { corp: string; living?: string; nobody?: boolean }

const subcommand = (name: string, description: string) =>
  addSettings(new Command(name), databaseSettings).description(description).requiredOption('--corp <corpid>', 'the school')

/** Returns the subcommand that lists the identities which nobody has matched. */
export const unmatchedSubcommand = () =>
  subcommand('unmatched', 'whom no source could identify, with the viewers whom their names fit, as JSON')
    .option('--living <livingid>', 'of this lesson alone')
    .addHelpText('after', '\nExample:\n  rollcall attendance unmatched --corp wwschool')
    .action(({ corp, living, ...flags }: Flags) =>
      withDatabase(flags, async (db) => {
        const { corp_no } = await corpOf(db, corp)
        const found = await unmatchedIdentities(db, corp_no, living)
        const shown = await showViewers(db, corp_no, [...new Set(found.flatMap(({ candidates }) => candidates))])
        printJson(
          found.map(({ className, candidates, ...rest }) => ({
            ...rest,
            ...(className && { class: className }),
            candidates: printedCandidates(candidates, shown),
          })),
        )
      }),
    )

/** Returns the subcommand that says who an identity is. */
export const matchSubcommand = () =>
  subcommand('match', 'say who an identity is; it is remembered, and every register is corrected')
    .argument('<source>', 'the source, such as zoom')
    .argument('<identity>', 'the identity as "rollcall attendance unmatched" lists it')
    .argument('[who...]', 'who it is: the userid of a student or a parent, or parent/student; several where they watch together')
    .option('--nobody', 'it is nobody of the school, and is not asked about again')
    .addHelpText(
      'after',
      '\nExamples:\n  rollcall attendance match zoom 小李 li --corp wwschool\n  rollcall attendance match zoom guest@school.example --nobody --corp wwschool',
    )
    .action((source: string, identity: string, who: string[], { corp, nobody, ...flags }: Flags) =>
      withDatabase(flags, async (db) => {
        if ((who.length === 0) !== (nobody === true)) throw new Error('expected who it is, or --nobody')
        const { corp_no } = await corpOf(db, corp)
        const viewer_nos = await viewersNamedBy(db, corp_no, who)
        printJson({ source, identity, who, ...(await matchIdentity(db, corp_no, source, identity, viewer_nos, nowSeconds())) })
      }),
    )

/** Returns the subcommand that takes a match back. */
export const unmatchSubcommand = () =>
  subcommand('unmatch', 'take a match back: the identity is a visitor again, in the registers that were corrected too')
    .argument('<source>', 'the source, such as zoom')
    .argument('<identity>', 'the identity')
    .addHelpText('after', '\nExample:\n  rollcall attendance unmatch zoom 小李 --corp wwschool')
    .action((source: string, identity: string, { corp, ...flags }: Flags) =>
      withDatabase(flags, async (db) => {
        const { corp_no } = await corpOf(db, corp)
        printJson({ source, identity, ...(await unmatchIdentity(db, corp_no, source, identity, nowSeconds())) })
      }),
    )
