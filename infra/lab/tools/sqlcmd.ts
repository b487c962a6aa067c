import { answerQuery, LOGIN, type SqlError } from '../ssisdb/query.ts';
import type { SqlcmdVersion } from '../world/state.ts';
import { type Machine, type Said, said, type ToolProgram } from './tool.ts';

/** FOR JSON comes in pieces of this many characters, each on its own line. */
const PIECE = 2033;

const DRIVERS: { readonly [version in SqlcmdVersion]: string } = {
  '10': 'Microsoft SQL Server Native Client 10.0',
  '13': 'Microsoft ODBC Driver 13 for SQL Server',
  '15': 'Microsoft ODBC Driver 17 for SQL Server',
  '18': 'Microsoft ODBC Driver 18 for SQL Server',
};

const WITH_VALUE = /^-[SdltyQ]$/u;
/** The versions that know each option: version 10 has no -M. */
const PLAIN: { readonly [option: string]: readonly SqlcmdVersion[] } = {
  '-E': ['10', '13', '15', '18'],
  '-M': ['13', '15', '18'],
  '-X1': ['10', '13', '15', '18'],
  '-x': ['10', '13', '15', '18'],
  '-I': ['10', '13', '15', '18'],
  '-b': ['10', '13', '15', '18'],
  '-r1': ['10', '13', '15', '18'],
  '-C': ['10', '13', '15', '18'],
};

/** `sqlcmd -E -S server -d SSISDB ... -Q "query"`, with the catalog of the lab's farm behind it. */
export const sqlcmd: ToolProgram = {
  operation: () => 'sqlcmd-query',
  run: (machine, args) => run(machine, args),
  failure: () => said(1, "Msg 50000, Level 16, State 1, Server SQLM01, Line 1\nThe lab's own refusal.\n"),
  success: () => said(0, ''),
};

function run(machine: Machine, args: readonly string[]): Said {
  const { switches } = machine.host.state;
  const version = switches.sqlcmd;
  const values = new Map<string, string>();
  const flags = new Set<string>();
  for (let index = 0; index < args.length; index += 1) {
    const option = args[index] ?? '';
    if (WITH_VALUE.test(option) && args[index + 1] !== undefined) {
      values.set(option, args[index + 1] ?? '');
      index += 1;
    } else if (PLAIN[option]?.includes(version) === true) flags.add(option);
    else return said(1, `Sqlcmd: '${option}': Unknown Option. Enter '-?' for help.\n`);
  }
  const server = values.get('-S') ?? '';
  const driver = (sentence: string): string => `Sqlcmd: Error: ${DRIVERS[version]} : ${sentence}\n`;
  if (machine.catalog === null || server.toLowerCase() !== machine.sqlServer || is(machine, 'away'))
    return said(
      1,
      `${driver('TCP Provider: No connection could be made because the target machine actively refused it.')}${driver('Login timeout expired.')}`,
    );
  if (version === '18' && !switches.sqlCertificateTrusted && !flags.has('-C'))
    return said(
      1,
      `${driver('SSL Provider: The certificate chain was issued by an authority that is not trusted.')}${driver('Client unable to establish connection.')}`,
    );
  if (is(machine, 'refused')) return said(1, driver(`Login failed for user '${LOGIN}'.`));
  if (values.get('-d') !== 'SSISDB')
    return said(
      1,
      driver(`Cannot open database "${values.get('-d') ?? ''}" requested by the login. The login failed.`),
    );
  const host = is(machine, 'no-role')
    ? { ...machine.host, state: { ...machine.host.state, switches: { ...switches, ssisdbRoles: [] } } }
    : machine.host;
  const answer = answerQuery(values.get('-Q') ?? '', machine.catalog, host);
  return typeof answer === 'string' ? said(0, broken(answer)) : said(1, message(answer));
}

const is = (machine: Machine, mode: string): boolean =>
  machine.faults.peek(machine.host.state.name, 'ssisdb', mode) !== null;

const broken = (json: string): string =>
  Array.from({ length: Math.ceil(json.length / PIECE) }, (_, index) => json.slice(index * PIECE, (index + 1) * PIECE))
    .map((piece) => `${piece}\n`)
    .join('');

const message = ({ number, sentence }: SqlError): string =>
  `Msg ${number}, Level 16, State 1, Server SQLM01, Line 1\n${sentence}\n`;
