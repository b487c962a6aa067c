import type { unseenWords as en } from '../en/unseen.ts';
import type { Same } from '../line.ts';
import { toolSaid } from '../tool-said.ts';
import { list, tight } from './grammar.ts';

type Told = (d: { readonly host: string; readonly roles: readonly string[] }) => string;

/** The reason in sqlcmd's own words, since a code is too coarse; it follows the sentence that it explains. */
function inWords({ output }: { readonly output?: string | null }): string {
  const said = toolSaid(output);
  return said === null ? '' : `（${said}）`;
}

/** Why it cannot be seen, from a code alone: the questions about packages need this role. */
export function unseenOn(host: string, code: unknown): string {
  const id = `unseen.${code}`;
  const line = Object.hasOwn(unseenWords, id) ? (unseenWords[id as keyof typeof unseenWords] as Told) : undefined;
  return line === undefined ? '' : line({ host, roles: ['ssis_logreader'] });
}

export const unseenWords = {
  'unseen.not-asked': (d) => `${d.host} 的 runner 版本较旧，不会查询。请更新它。`,
  'unseen.sqlcmd-missing': (d) =>
    `${d.host} 上没有 sqlcmd。请安装命令行工具，或在其 runner.json 中用 sqlcmdFolder 指明。`,
  'unseen.sqlcmd-blocked': (d) => `${d.host} 的策略不允许运行 sqlcmd。请为 runner 放行。`,
  'unseen.sqlcmd-slow': (d) => `${d.host} 上的 sqlcmd 未在限时内得到应答。请检查 SQL Server。`,
  'unseen.sqlcmd-version': (d) => `${d.host} 上的 sqlcmd 版本无法使用。请安装 13 至 18 版，或最新的 go-sqlcmd。`,
  'unseen.certificate-not-trusted': (d) =>
    `${d.host} 不信任 SQL Server 的证书${inWords(d)}。请信任该证书，或在其 runner.json 中设置 trustSqlServerCertificate。`,
  'unseen.login-refused': (d) => `SQL Server 拒绝 ${d.host} 的 runner 登录${inWords(d)}。请为其账户创建登录名。`,
  'unseen.server-away': (d) =>
    `${d.host} 的 MasterSettings.config 所指的 SQL Server 无应答${inWords(d)}。请启动它，或更正名称。`,
  'unseen.no-catalog': (d) =>
    `${d.host} 的 runner 无法打开含 Scale Out 的 SSISDB${inWords(d)}。请在其中为它创建用户；如已有用户，SSISDB 须在该服务器上联机、可读，并已随其升级。`,
  'unseen.no-role': (d) =>
    tight`${d.login ?? `${d.host} 的 runner`} 在 SSISDB 中没有角色。请将其加入 ${list(d.roles ?? [])}。`,
  'unseen.sqlcmd-refused': (d) =>
    d.output == null || d.output === ''
      ? `${d.host} 上的 sqlcmd 没有给出答复${d.error == null ? '' : `（${d.error}）`}。请在那里手动运行它。`
      : `${d.host} 上的 sqlcmd 拒绝了查询：${d.output}`,
  'unseen.server-unknown': (d) => `无法读取 ${d.host} 的 MasterSettings.config 中的 SqlServerName。请更正。`,
  'unseen.other-master': (d) =>
    tight`${d.host} 的 runner.json 指明的 Master 是 ${d.master}，因此它不得等待包结束。请在那里指明 ${d.host}：node runner.mjs keys --master ${d.host}`,
} satisfies Same<typeof en>;
