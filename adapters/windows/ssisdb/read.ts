import { CertopsError } from '../../../src/domain/errors.ts';
import { inTable } from '../../../src/domain/in-table.ts';
import { blindLook, notSeen, type SsisdbLook, seen, type UnseenCode } from '../../../src/domain/machine/ssisdb.ts';
import type { WindowsContext } from '../context.ts';
import { parseHours, parseState, refusalOf } from '../parse/sqlcmd.ts';
import { readServiceFolder } from '../services/facts.ts';
import { readSettingOf } from '../settings/file.ts';
import { findSqlcmd, isWrittenInGo } from './find.ts';
import { HOURS_QUERY, STATE_QUERY } from './queries.ts';

/** Seconds that sqlcmd itself allows for a login, and then for a query. */
const LOGIN_S = 15;
const QUESTION_S = 30;
/** sqlcmd ends by itself and says which of the two took too long; a look, which runs two side by side, has 60 s. */
const LIMIT_MS = (LOGIN_S + QUESTION_S + 5) * 1000;

/**
 * What this machine can see in SSISDB, on the server that the master itself uses. Does not throw for what cannot be
 * seen: each part says why. `parts`: executions by hour are only read for a look.
 */
export async function readSsisdb(context: WindowsContext, parts: { hours: boolean }): Promise<SsisdbLook> {
  const server = await serverOf(context);
  if (server === null || !isServerName(server)) return blindLook(null, 'server-unknown', { found: server });
  // waits for both, also when one fails: no sqlcmd is left running after the look has been returned
  const [state, hours] = await Promise.all([stateOf(context, server), hoursOf(context, server, parts)]);
  const { unseen } = state.running;
  return { ...state, hours: unseen === null ? hours : notSeen<never>(unseen.code, unseen.data) };
}

async function stateOf(context: WindowsContext, server: string): Promise<Omit<SsisdbLook, 'hours'>> {
  try {
    return { server, ...parseState(await ask(context, server, STATE_QUERY)) };
  } catch (error) {
    const { code, data } = unseenOf(error);
    return blindLook(server, code, data);
  }
}

async function hoursOf(context: WindowsContext, server: string, { hours }: { hours: boolean }) {
  if (!hours) return seen([]);
  try {
    return seen(parseHours(await ask(context, server, HOURS_QUERY)));
  } catch (error) {
    const { code, data } = unseenOf(error);
    return notSeen<never>(code, data);
  }
}

/** In the connection string that the master makes of it, blanks between the parts do no harm: `host, 1433`. */
async function serverOf(context: WindowsContext): Promise<string | null> {
  try {
    const named = await readSettingOf(context, await readServiceFolder(context, 'master'), 'master', 'SqlServerName');
    return named.trim().replace(/(?<!\s)\s*([,:\\])\s*/gu, '$1');
  } catch (error) {
    if (error instanceof CertopsError) return null;
    throw error;
  }
}

/** `host`, `host\instance`, `tcp:host,1433`, `.`, `(local)`, and nothing that sqlcmd would take for an option. */
const isServerName = (text: string): boolean => /^[^\s"'/-][^\s"']{0,254}$/u.test(text);

async function ask(context: WindowsContext, server: string, query: string): Promise<string> {
  const folder = await findSqlcmd(context);
  if (folder === null) throw new Blind('sqlcmd-missing', {});
  const trust = context.overrides.trustSqlServerCertificate === true ? ['-C'] : [];
  // with -r1 the sqlcmd written in Go omits the number and level of a message (microsoft/go-sqlcmd 794)
  const toStderr = (await isWrittenInGo(context, folder)) ? [] : ['-r1'];
  const args = ['-E', '-S', server, '-d', 'SSISDB', '-M', '-X1', '-x', '-I', '-b', ...toStderr, '-l', `${LOGIN_S}`];
  const { code, text } = await context.tools.run(
    'sqlcmd',
    [...args, '-t', `${QUESTION_S}`, ...trust, '-y', '0', '-Q', query],
    {
      timeLimitMs: LIMIT_MS,
      folder,
      encoding: 'utf8',
    },
  );
  const refusal = refusalOf(text);
  // the sqlcmd written in Go exits with 0 when a query took too long, or on an error that does not come from the server
  if (code === 0 && (text.includes('{') || refusal.code === 'sqlcmd-refused')) return text;
  throw new Blind(refusal.code, refusal.data);
}

/** Thrown by `ask` only. */
class Blind extends CertopsError {
  readonly unseen: UnseenCode;

  constructor(code: UnseenCode, data: CertopsError['data']) {
    super(code, data);
    this.unseen = code;
  }
}

const BY_TOOL: { readonly [code: string]: UnseenCode } = {
  ToolMissing: 'sqlcmd-missing',
  PathNotLocal: 'sqlcmd-missing',
  ToolBlocked: 'sqlcmd-blocked',
  ToolTimedOut: 'sqlcmd-slow',
  ToolOutputNotUnderstood: 'sqlcmd-version',
};

/** Any other error of ours (no process available, killed, code page unknown) has its own code in the data. */
function unseenOf(error: unknown): { code: UnseenCode; data: CertopsError['data'] } {
  if (error instanceof Blind) return { code: error.unseen, data: error.data };
  if (!(error instanceof CertopsError)) throw error;
  const code = inTable(BY_TOOL, error.code);
  const { output, why } = error.data;
  return { code: code ?? 'sqlcmd-refused', data: { error: error.code, why: why ?? null, output: output ?? null } };
}
