import type { RunOptions, ToolResult, Tools } from '../../../adapters/windows/tools.ts';

/** A binding as HTTP.SYS keeps it: parameters by netsh name, as given. */
interface Kept {
  readonly key: string;
  readonly given: { readonly [parameter: string]: string };
  readonly flags?: number;
  readonly extended?: { [name: string]: string };
}

const FLAGS: { readonly [parameter: string]: number } = {
  dsmapperusage: 0x1,
  clientcertnegotiation: 0x2,
  reject: 0x8,
  disablehttp2: 0x10,
  disablequic: 0x20,
  disabletls13: 0x40,
  disableocspstapling: 0x80,
  enabletokenbinding: 0x100,
  logextendedevents: 0x200,
  disablelegacytls: 0x400,
  enablesessionticket: 0x800,
  disabletls12: 0x1000,
  disablesessionid: 0x4000,
};
const SOUND = ['verifyclientcertrevocation', 'verifyrevocationwithcachedclientcertonly', 'usagecheck'];
const REST = ['revocationfreshnesstime', 'urlretrievaltimeout', 'sslctlidentifier', 'sslctlstorename'];
export const ALL_PARAMETERS = [...SOUND, ...REST, ...Object.keys(FLAGS)];

type Said = { code: number; text: string };
const said = (code: number, text: string): Said => ({ code, text });
const DEFAULTS = { receivewindow: '1048576', maxsettingsperframe: '2796202', maxsettingsperminute: '4294967295' };

/** netsh and reg over a few bindings, with the rules that matter. `calls` lists what was run, in order. */
export class FakeHttp implements Tools {
  readonly bindings = new Map<string, Kept>();
  readonly calls: string[] = [];
  /** Calls whose program was not looked up again. */
  readonly atOnce: string[] = [];
  knows: readonly string[] = ALL_PARAMETERS;
  hasUpdate = true;
  /** Answers given instead of the next calls that begin with this text; `after`: the change is made all the same. */
  readonly faults: { begins: string; answer: Said | Error; after?: boolean; times?: number }[] = [];

  async run(tool: string, args: readonly (string | { shown: string })[], options?: RunOptions): Promise<ToolResult> {
    const words = args.map((arg) => (typeof arg === 'string' ? arg : arg.shown));
    const line = `${tool} ${words.join(' ')}`;
    this.calls.push(line);
    if (options?.isThere) this.atOnce.push(line);
    const fault = this.faults.find((one) => line.startsWith(one.begins) && (one.times ?? 1) > 0);
    if (fault !== undefined) fault.times = (fault.times ?? 1) - 1;
    const answer = fault !== undefined && !fault.after ? fault.answer : this.answer(tool, words);
    const final = fault?.after ? fault.answer : answer;
    if (final instanceof Error) throw final;
    const bytes = Buffer.from(final.text);
    return { tool: tool as ToolResult['tool'], args: words, bytes, code: final.code, text: final.text };
  }

  changes(): readonly string[] {
    return this.calls.filter((call) => /^netsh http (?:add|delete|update) \w+ (?!help)/u.test(call));
  }

  bind(key: string, given: Kept['given'], flags?: number): void {
    this.bindings.set(key, { key, given, extended: { ...DEFAULTS }, ...(flags === undefined ? {} : { flags }) });
  }

  /** Sets an extended property, as somebody did long ago. */
  extend(key: string, name: string, value: string): void {
    const extended = this.bindings.get(key)?.extended;
    if (extended !== undefined) extended[name] = value;
  }

  private answer(tool: string, words: readonly string[]): Said {
    if (tool === 'reg') return this.registry(words[1] ?? '');
    const [, verb, what, first = ''] = words;
    if (verb === 'show') return said(0, this.shown());
    if (verb === 'update' && what === 'sslcert' && !this.hasUpdate)
      return said(1, 'The following command was not found: http update.\r\n');
    if (first === 'help') return said(0, `Usage:\r\n certhash=<string>\r\n ${this.usage()}`);
    const given = Object.fromEntries(words.slice(3).map((word) => word.split(/=(.*)/su).slice(0, 2)));
    const key: string = given.ipport ?? given.hostnameport ?? '';
    const there = this.bindings.get(key);
    if (what === 'sslpropertyex') {
      for (const name of Object.keys(DEFAULTS)) if (given[name] && there?.extended) there.extended[name] = given[name];
      return said(0, 'SSL property successfully updated\r\n');
    }
    if (verb === 'delete') return this.bindings.delete(key) ? said(0, 'ok') : said(1, 'failed, Error: 2\r\nNot found.');
    if (verb === 'add' && there !== undefined) return said(1, 'SSL Certificate add failed, Error: 183\r\nExists.\r\n');
    if (verb === 'update' && there === undefined) return said(1, 'SSL Certificate update failed, Error: 2\r\n');
    this.bind(key, given);
    return said(0, 'done');
  }

  private usage(): string {
    return ['ipport', 'hostnameport', 'appid', 'certstorename', ...this.knows]
      .map((name) => `${name}=<x>`)
      .join('\r\n ');
  }

  private shown(): string {
    const blocks = [...this.bindings.values()].map(({ key, given, extended }) => [
      `    ${given.ipport ? 'IP:port' : 'Hostname:port'}    : ${key}`,
      `    Certificate Hash             : ${given.certhash?.toLowerCase()}`,
      `    Application ID               : ${given.appid}`,
      `    Certificate Store Name       : ${given.certstorename ?? '(null)'}`,
      '    Usage Check                  : Enabled',
      '    Revocation Freshness Time    : 0',
      ' Extended Properties:',
      '    PropertyId                   : 0',
      `    Receive Window               : ${extended?.receivewindow}`,
      ' Extended Properties:',
      '    PropertyId                   : 1',
      `    Max Settings Per Frame       : ${extended?.maxsettingsperframe}`,
      `    Max Settings Per Minute      : ${extended?.maxsettingsperminute}`,
      '',
    ]);
    return ['', 'SSL Certificate bindings:', '-------------------------', '', ...blocks.flat(), ''].join('\r\n');
  }

  private registry(key: string): Said {
    const parent = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters';
    const name = key.slice(parent.length + 1);
    const full = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters';
    if (key === parent)
      return said(0, `${full}\r\n    x    REG_DWORD    0x1\r\n\r\n${full}\\SslBindingInfo\r\n${full}\\UrlAclInfo\r\n`);
    if (name === 'SslCcsBindingInfo') return said(0, '\r\n');
    if (name === 'SslSniBindingInfo' && ![...this.bindings.values()].some((one) => one.given.hostnameport)) {
      return said(1, 'ERROR: The system was unable to find the specified registry key or value.\r\n');
    }
    const own = [...this.bindings.values()].filter(
      (one) => 'hostnameport' in one.given === (name === 'SslSniBindingInfo'),
    );
    return said(0, `\r\n${own.map((one) => `${full}\\${name}\\${one.key}\r\n${values(one)}`).join('\r\n')}\r\n`);
  }
}

function values({ given, flags }: Kept): string {
  const guid = (given.appid ?? '').replace(/[{}-]/gu, '');
  const turn = (hex: string): string => (hex.match(/../gu) ?? []).reverse().join('');
  const bytes = turn(guid.slice(0, 8)) + turn(guid.slice(8, 12)) + turn(guid.slice(12, 16)) + guid.slice(16);
  const on = (name: string, bit: number, word = 'enable'): number => (given[name] === word ? bit : 0);
  const bits = Object.entries(FLAGS).reduce((sum, [name, bit]) => sum | on(name, bit), 0);
  const mode =
    on('verifyclientcertrevocation', 1, 'disable') |
    on('verifyrevocationwithcachedclientcertonly', 2) |
    on('usagecheck', 0x1_0000, 'disable') |
    (given.revocationfreshnesstime ? 4 : 0);
  const dword = (value: number): string => `REG_DWORD    0x${value.toString(16)}`;
  return [
    `    AppId    REG_BINARY    ${bytes.toUpperCase()}`,
    `    SslCertHash    REG_BINARY    ${given.certhash}`,
    ...(given.certstorename ? [`    SslCertStoreName    REG_SZ    ${given.certstorename}`] : []),
    `    DefaultSslCertCheckMode    ${dword(mode)}`,
    `    DefaultSslRevocationFreshnessTime    ${dword(Number(given.revocationfreshnesstime ?? 0))}`,
    `    DefaultSslRevocationUrlRetrievalTimeout    ${dword(Number(given.urlretrievaltimeout ?? 0))}`,
    ...(given.sslctlidentifier ? [`    DefaultSslCtlIdentifier    REG_SZ    ${given.sslctlidentifier}`] : []),
    ...(given.sslctlstorename ? [`    DefaultSslCtlStoreName    REG_SZ    ${given.sslctlstorename}`] : []),
    `    DefaultFlags    ${dword(flags ?? bits)}`,
    '',
  ].join('\r\n');
}
