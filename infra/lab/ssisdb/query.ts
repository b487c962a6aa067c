import { createHash } from 'node:crypto';
import type { LabHost } from '../world/host.ts';
import type { Catalog } from './catalog.ts';

/** What SQL Server says instead of rows: number and sentence. */
export interface SqlError {
  readonly number: number;
  readonly sentence: string;
}

type Value = string | number | boolean | null;
type Row = { readonly [column: string]: Value };

export const LOGIN = 'NT AUTHORITY\\SYSTEM';

/**
 * Answers the small part of Transact-SQL that is ever asked: one `select` of named values, some of them views of SSISDB
 * as JSON. Views, columns and who sees which rows follow Microsoft's pages. An unknown name is an error with SQL
 * Server's own number; for a reader without a role a view is just empty.
 */
export function answerQuery(query: string, catalog: Catalog, host: LabHost): string | SqlError {
  const body =
    /^\s*set nocount on;\s*select (.*) for json path, include_null_values, without_array_wrapper;?\s*$/isu.exec(
      query,
    )?.[1];
  if (body === undefined) return syntax(query.slice(0, 20));
  const members: string[] = [];
  for (const item of splitAtCommas(body)) {
    const [, expression = '', name] = /^(.*) as \[(\w+)\]$/isu.exec(item.trim()) ?? [];
    if (name === undefined) return syntax(item.slice(0, 20));
    const value = evaluate(expression.trim(), catalog, host);
    if (typeof value !== 'string') return value;
    members.push(`${JSON.stringify(name)}:${value}`);
  }
  return `{${members.join(',')}}`;
}

const syntax = (near: string): SqlError => ({ number: 102, sentence: `Incorrect syntax near '${near}'.` });

/** One value as JSON. */
function evaluate(expression: string, catalog: Catalog, host: LabHost): string | SqlError {
  const roles = host.state.switches.ssisdbRoles;
  if (/^sysdatetimeoffset\(\)$/iu.test(expression)) return JSON.stringify(offsetTime(catalog.now()));
  if (/^suser_sname\(\)$/iu.test(expression)) return JSON.stringify(LOGIN);
  const role = /^is_(?:member|srvrolemember)\('(\w+)'\)$/iu.exec(expression)?.[1];
  if (role !== undefined) return roles.includes(role) ? '1' : '0';
  const inner = /^\((.*)\)$/isu.exec(expression)?.[1];
  if (inner === undefined) return syntax(expression.slice(0, 20));
  const property = /^select property_value from catalog\.master_properties where property_name = '(\w+)'$/iu.exec(
    inner,
  )?.[1];
  if (property !== undefined) return JSON.stringify(masterProperty(property, host));
  if (/\bgroup by started\.hour\b/iu.test(inner)) return hours(inner, catalog, host);
  return rows(inner, catalog, host);
}

/**
 * `(select cast(null as T) as C) as A cross apply (select ... from VIEW ...) as B`: where the view has no column C, the
 * name means A's C, as in any subquery of SQL Server. Captures the query on the view, and C, separately.
 */
const APPLIED =
  /^(select .*? from )\(select cast\(null as \w+\) as (\w+)\) as \w+ cross apply \(select ([\w, ]+)( from catalog\.\w+.*)\) as (\w+)( for json path)$/isu;

function rows(inner: string, catalog: Catalog, host: LabHost): string | SqlError {
  const [, select = '', absent = '', picked = '', from = '', alias = '', end = ''] = APPLIED.exec(inner) ?? [];
  const plain = alias === '' ? inner : `${select.replaceAll(`${alias}.`, '').replace(/ from $/u, '')}${from}${end}`;
  const found = /^select (.*?) from (catalog\.\w+)(?: where status in \(([\d, ]+)\))? for json path$/isu.exec(plain);
  if (found === null) return syntax(plain.slice(0, 20));
  const [, list = '', view = '', statuses] = found;
  const all = viewOf(view, catalog, host);
  if (all === null) return { number: 208, sentence: `Invalid object name '${view}'.` };
  const known = [...all.columns, absent];
  const missing = picked.split(', ').find((name) => !known.includes(name.toLowerCase()));
  if (missing !== undefined) return { number: 207, sentence: `Invalid column name '${missing}'.` };
  const columns = list.split(',').map((each) => /^\s*(\w+) as \[(\w+)\]\s*$/iu.exec(each));
  const unknown = columns.find((column) => column === null || !known.includes((column[1] ?? '').toLowerCase()));
  if (unknown !== undefined) return { number: 207, sentence: `Invalid column name '${unknown?.[1] ?? list}'.` };
  const wanted = statuses === undefined ? null : statuses.split(',').map(Number);
  const rows = all.rows
    .filter((row) => wanted === null || wanted.includes(Number(row.status)))
    .map((row) => {
      const named = columns.map(
        (column) => [column?.[2] ?? '', row[(column?.[1] ?? '').toLowerCase()] ?? null] as const,
      );
      // FOR JSON without INCLUDE_NULL_VALUES leaves out nulls
      return Object.fromEntries(named.filter(([, value]) => value !== null));
    });
  return rows.length === 0 ? 'null' : JSON.stringify(rows);
}

const WORKER_COLUMNS = 'workeragentid isenabled displayname description machinename tags useraccount lastonlinetime';
const EXECUTION_COLUMNS =
  'execution_id folder_name project_name package_name reference_id environment_name executed_as_name object_type ' +
  'object_id status start_time end_time caller_name process_id stopped_by_name server_name machine_name ' +
  'worker_agent_id dump_id';

/** Rows that the reader may see; null: no such view. */
function viewOf(view: string, catalog: Catalog, host: LabHost): { columns: string[]; rows: Row[] } | null {
  const { ssisdbRoles: roles, executionsNameWorkers: named } = host.state.switches;
  const may = (...ones: readonly string[]): boolean =>
    ['sysadmin', 'ssis_admin', ...ones].some((one) => roles.includes(one));
  switch (view.toLowerCase()) {
    case 'catalog.worker_agents': {
      const all = catalog.workers().map(({ machine, lastOnline, enabled }): Row => {
        return {
          workeragentid: agentOf(machine),
          machinename: machine,
          displayname: machine,
          isenabled: enabled,
          lastonlinetime: lastOnline === null ? null : offsetTime(lastOnline),
        };
      });
      return { columns: WORKER_COLUMNS.split(' '), rows: may('ssis_cluster_executor') ? all : [] };
    }
    case 'catalog.executions': {
      const all = catalog.packages().map(
        (one): Row => ({
          ...{ execution_id: one.id, folder_name: 'Nightly', project_name: one.project, package_name: one.package },
          ...{ status: one.status, start_time: offsetTime(one.startedAt) },
          ...{ object_type: 20, end_time: one.endedAt === null ? null : offsetTime(one.endedAt) },
          machine_name: (named ? one.worker : host.state.name).toUpperCase(),
          ...(named ? { worker_agent_id: agentOf(one.worker.toUpperCase()) } : {}),
        }),
      );
      const columns = EXECUTION_COLUMNS.split(' ').filter((column) => named || column !== 'worker_agent_id');
      return { columns, rows: may('ssis_logreader') ? all : [] };
    }
    default:
      return null;
  }
}

/** The same worker always has the same id. */
function agentOf(machine: string): string {
  const digest = createHash('md5').update(machine).digest('hex');
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5').toUpperCase();
}

/** Everybody may read these. The thumbprint is the one that the master's current process read when it started. */
function masterProperty(name: string, host: LabHost): string | null {
  const master = host.state.services.find((service) => service.role === 'master');
  if (name === 'SSLCERT_THUMBPRINT') return master?.running?.settings.SSLCertThumbprint ?? null;
  return name === 'MACHINE_NAME' ? host.state.name.toUpperCase() : null;
}

const HOUR = 3_600_000;
/** Executions that begin in each hour of a day, UTC: the nightly loads, some by day, and none from 05:00 to 07:00. */
const BY_HOUR = [6, 14, 31, 22, 9, 0, 0, 3, 8, 9, 7, 6, 6, 7, 8, 9, 6, 4, 3, 2, 2, 3, 4, 5] as const;

/** The last week's counts, made up: no lab runs for a week. */
function hours(inner: string, catalog: Catalog, host: LabHost): string | SqlError {
  const { ssisdbRoles: roles } = host.state.switches;
  const known = viewOf('catalog.executions', catalog, host);
  if (!/\bfrom catalog\.executions where start_time > dateadd\(day, -7, /iu.test(inner) || known === null)
    return syntax(inner.slice(0, 20));
  if (!['sysadmin', 'ssis_admin', 'ssis_logreader'].some((one) => roles.includes(one))) return 'null';
  const last = Math.floor(catalog.now() / HOUR);
  const counted = Array.from({ length: 24 * 7 }, (_, ago) => new Date((last - 24 * 7 + 1 + ago) * HOUR))
    .map((at) => ({ hour: at.toISOString().slice(0, 13), count: BY_HOUR[at.getUTCHours()] ?? 0 }))
    .filter(({ count }) => count > 0);
  return JSON.stringify(counted);
}

/** As FOR JSON writes a datetimeoffset: seven decimals and, here, the server's own offset. */
function offsetTime(ms: number): string {
  const local = new Date(ms + HOUR).toISOString();
  return local.replace(/(\.\d{3})Z$/u, '$10000+01:00');
}

/** Splits at commas, but not inside parentheses or quotes. */
function splitAtCommas(text: string): string[] {
  const items = [''];
  let depth = 0;
  let quoted = false;
  for (const character of text) {
    if (character === "'") quoted = !quoted;
    if (!quoted && character === '(') depth += 1;
    if (!quoted && character === ')') depth -= 1;
    if (character === ',' && depth === 0 && !quoted) items.push('');
    else items[items.length - 1] += character;
  }
  return items;
}
