import type { Operation } from '../faults/table.ts';
import { type Binding, storeNamed } from '../world/state.ts';
import { makeBinding, type Parameters, parameterNames, readParameters, showBinding } from './netsh-parameters.ts';
import { type Machine, type Said, said, type ToolProgram } from './tool.ts';

const SENTENCES: { readonly [code: number]: string } = {
  2: 'The system cannot find the file specified.',
  183: 'Cannot create a file when that file already exists.',
  1312: 'A specified logon session does not exist. It may already have been terminated.',
};
const NO_LIST = `\nIP addresses present in the IP listen list:\n${'-'.repeat(43)}\n\n`;
const INCORRECT = said(1, 'The parameter is incorrect.\n\n');
const NOUNS = { add: 'add', update: 'update', delete: 'deletion' } as const;

/** `netsh http ... sslcert`, with the rules of HTTP.SYS behind it. */
export const netsh: ToolProgram = {
  operation: (args) => {
    const [context, verb, noun] = args.map((argument) => argument.toLowerCase());
    if (context !== 'http' || noun !== 'sslcert' || isHelp(args.at(3))) return null;
    return verb === 'show' || verb === 'add' || verb === 'update' || verb === 'delete' ? `netsh-${verb}` : null;
  },
  run: (machine, args) => {
    const [context, verb = '', noun] = args.map((argument) => argument.toLowerCase());
    const rest = args.slice(3);
    if (context === 'http' && noun === 'sslcert') {
      if (verb === 'show') return show(machine, rest);
      if (verb === 'delete') return remove(machine, rest);
      if (verb === 'add') return set(machine, 'add', rest);
      if (verb === 'update' && machine.host.state.switches.netshUpdate) return set(machine, 'update', rest);
    }
    if (context === 'http' && noun === 'iplisten' && verb === 'show') return said(0, NO_LIST);
    if (context === 'http' && noun === 'sslpropertyex' && verb === 'update') return setProperty(machine, rest);
    return said(1, `The following command was not found: ${args.join(' ')}.\n`);
  },
  failure: (operation) => {
    if (operation === 'netsh-show') return said(1, '\nAccess is denied.\n\n');
    return failed(operation.slice(6) as keyof typeof NOUNS, 5, 'Access is denied.');
  },
  success: (operation) => worked(operation),
};

const isHelp = (argument: string | undefined): boolean => /^(help|\/\?|\?|-\?)$/iu.test(argument ?? '');

const worked = (operation: Operation): Said =>
  said(
    0,
    `\nSSL Certificate successfully ${{ add: 'added', update: 'updated', delete: 'deleted' }[operation.slice(6)]}\n\n`,
  );

const failed = (verb: keyof typeof NOUNS, code: number, sentence = SENTENCES[code]): Said =>
  said(1, `\nSSL Certificate ${NOUNS[verb]} failed, Error: ${code}\n${sentence ?? ''}\n\n`);

function show({ host }: Machine, args: readonly string[]): Said {
  const wanted = readKey(readParameters(args));
  const shown = host.state.bindings.filter((each) => args.length === 0 || each.key === wanted?.key);
  const head = '\nSSL Certificate bindings:\n-------------------------\n\n';
  if (args.length > 0 && shown.length === 0) return said(1, `${head}${SENTENCES[2]}\n\n`);
  return said(0, `${head}${shown.map((each) => showBinding(each, host.state.switches.build)).join('\n')}\n`);
}

function remove({ host }: Machine, args: readonly string[]): Said {
  const wanted = readKey(readParameters(args));
  if (wanted === null) return said(1, usage('delete', []));
  if (!host.state.bindings.some((each) => each.key === wanted.key)) return failed('delete', 2);
  host.setBindings(host.state.bindings.filter((each) => each.key !== wanted.key));
  return worked('netsh-delete');
}

function set(machine: Machine, verb: 'add' | 'update', args: readonly string[]): Said {
  const { host } = machine;
  const { build } = host.state.switches;
  const names = parameterNames(build);
  if (isHelp(args[0])) return said(0, usage(verb, names));
  const parameters = readParameters(args);
  const key = readKey(parameters);
  if (parameters === null || key === null || !parameters.has('appid') || !parameters.has('certhash')) {
    return said(1, `${MISSING}${usage(verb, names)}`);
  }
  // The trap: for a parameter that this build does not know, netsh prints its usage, exits with 0 and binds nothing.
  const unknown = [...parameters.keys()].find((name) => !names.includes(name) && !KEYS.includes(name));
  if (unknown !== undefined)
    return said(0, `${unknown} is not a valid argument for this command.\n${SYNTAX}${usage(verb, names)}`);
  const made = makeBinding(key.key, key.kind, parameters, build);
  if (made === null) return INCORRECT;
  const present = host.state.bindings.find((each) => each.key === key.key);
  if (verb === 'add' && present !== undefined) return failed('add', 183);
  if (verb === 'update' && present === undefined) return failed('update', 2);
  const refusal = refuseCertificate(machine, verb, made);
  if (refusal !== null) return refusal;
  host.setBindings([...host.state.bindings.filter((each) => each.key !== key.key), made]);
  return worked(`netsh-${verb}`);
}

function refuseCertificate({ host, now }: Machine, verb: 'add' | 'update', binding: Binding): Said | null {
  const store = storeNamed(binding.store ?? 'My');
  const certificate = store === null ? null : host.certificate(store, binding.thumbprint);
  const container = certificate === null ? null : host.key(certificate);
  if (container === null) return failed(verb, 1312);
  return now() - container.madeAt < host.state.switches.newKeySettlesMs ? INCORRECT : null;
}

function setProperty({ host }: Machine, args: readonly string[]): Said {
  const parameters = readParameters(args);
  const key = readKey(parameters);
  const binding = host.state.bindings.find((each) => each.key === key?.key);
  if (parameters === null || key === null) return said(1, SYNTAX);
  if (binding === undefined) return said(1, `\n${SENTENCES[2]}\n\n`);
  const known = ['receivewindow', 'maxsettingsperframe', 'maxsettingsperminute'];
  const values = [...parameters].filter(([name]) => known.includes(name));
  if (!/^[01]$/u.test(parameters.get('propertyid') ?? '') || values.some(([, value]) => !/^\d+$/u.test(value)))
    return INCORRECT;
  Object.assign(binding.properties, Object.fromEntries(values));
  host.save();
  return said(0, '\nSSL Certificate property successfully updated\n\n');
}

const KEYS = ['ipport', 'hostnameport'];

function readKey(parameters: Parameters | null): { key: string; kind: Binding['kind'] } | null {
  const address = parameters?.get('ipport');
  const name = parameters?.get('hostnameport');
  if (address !== undefined && /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]*\]):\d{1,5}$/iu.test(address)) {
    return { key: address.toLowerCase(), kind: 'ipport' };
  }
  if (name !== undefined && /^[^:]+:\d{1,5}$/u.test(name)) return { key: name.toLowerCase(), kind: 'hostnameport' };
  return null;
}

const MISSING =
  'One or more essential parameters were not entered.\nVerify the required parameters, and reenter them.\n';
const SYNTAX = 'The syntax supplied for this command is not valid. Check help for the correct syntax.\n';

function usage(verb: string, names: readonly string[]): string {
  const value = (name: string): string =>
    name === 'appid'
      ? '<GUID>'
      : /time(out)?$/u.test(name)
        ? '<u-int>'
        : /^(cert|sslctl)/u.test(name)
          ? '<string>'
          : 'enable|disable';
  const lines = names.map((name) => `             ${name === 'certhash' ? '[' : ''}${name}=${value(name)}`);
  return `${SYNTAX}\nUsage: ${verb} sslcert hostnameport=<name:port> | ipport=<ipaddr:port> | ccs=<port>\n${lines.join('\n')}${lines.length > 0 ? ']' : ''}\n\n`;
}
