import { inTable } from '../../../src/domain/in-table.ts';
import { shortThumbprint } from '../../../src/domain/values.ts';
import { unquoted } from '../fault-words.ts';

/** What programs call a fact, or a datum of an error, in words; Windows' own terms stay. */
const NAMES: { readonly [name: string]: string } = {
  TLS: 'what its port presents',
  appId: 'appid',
  bindings: 'the number of bindings of its port',
  botClock: "the bot's clock",
  cn: 'common name',
  codePage: 'code page',
  connection: 'its connection',
  exit: 'exit code',
  exitCode: 'exit code',
  goesBackAt: 'goes back at',
  granted: 'right to read the key',
  hostClock: 'its clock',
  keyBits: 'bits of its key',
  keyFile: 'key file',
  keys: 'where its private key lies',
  limitBytes: 'limit in bytes',
  masterEndpoint: 'MasterEndpoint',
  maxBytes: 'limit in bytes',
  maxCharacters: 'limit in characters',
  notAfter: 'end',
  oldReaders: 'who may read the old key',
  ownExitCode: 'its own error',
  pid: 'process id',
  published: 'its .cer file',
  ran: 'process id before',
  seq: 'line of its journal',
  sid: 'SID',
  state: 'state of its service',
  stores: 'where it lies',
  tcp: 'TCP connection',
  users: 'who uses it',
  value: 'its setting',
  windowsError: 'Windows error',
};

/** Facts about a machine's own services. As data of an error these two name another machine. */
const SERVICES: { readonly [fact: string]: string } = { master: 'its master service', worker: 'its worker service' };

/** What the judges of proofs have seen or wanted, where they say it in a word of their own. */
const SEEN: { readonly [seen: string]: string } = {
  'no witness': 'not known',
  'nobody asked': 'not seen',
  NAME_NOT_COVERED: 'a certificate that does not cover that name',
  CERTIFICATE_UNREADABLE: 'a certificate that cannot be read',
};

export const seenAs = (value: unknown): unknown =>
  typeof value === 'string' ? (inTable(SEEN, unquoted(value)) ?? value) : value;

/** Also `TLS host:port`, `SSISScaleOutMaster160 process` and `Root THUMBPRINT`, as proofs name what they judge. */
export function nameOf(name: string): string {
  const [, at] = /^TLS (\S+)$/u.exec(name) ?? [];
  if (at !== undefined) return `what ${at} presents`;
  const [, service] = /^(\S+) process$/u.exec(name) ?? [];
  if (service !== undefined) return `the process id of ${service}`;
  const [, root] = /^Root ([0-9A-F]{40})$/u.exec(name) ?? [];
  return root === undefined ? (inTable(NAMES, name) ?? name) : `${shortThumbprint(root)} in Root`;
}

/** The same of what is judged about a machine. */
export const factOf = (fact: string): string => inTable(SERVICES, fact) ?? nameOf(fact);
