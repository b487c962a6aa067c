import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { commonName, nameLine, readCertificate, sha1 } from '../certificate.ts';
import type { Operation } from '../faults/table.ts';
import { writeKeyFile } from '../world/host.ts';
import { type Store, type StoredCertificate, storeNamed } from '../world/state.ts';
import { type CertutilCall, completed, diskFull, failed, noPath, readCall } from './certutil-call.ts';
import { importPfx } from './certutil-import.ts';
import { displayName, STORE_TITLES, showCertificate } from './certutil-print.ts';
import { diskIsFull, type Machine, type Said, said, type ToolProgram } from './tool.ts';

/** The certutil verbs that the product needs, on machine stores. */
export const certutil: ToolProgram = {
  operation: (args) => OPERATIONS[readCall(args).verb.toLowerCase()] ?? null,
  run: (machine, args) => {
    const call = readCall(args);
    const unicode = args.some((argument) => argument.toLowerCase() === '-unicode');
    // Adding to the current user's Root opens a dialog, and nobody is there to answer it.
    if (call.user && call.verb.toLowerCase() === '-addstore') return new Promise<Said>(() => {});
    return { ...dispatch(machine, call), unicode };
  },
  failure: (_operation, args) =>
    failed(readCall(args).verb, 0x80070005, 'WIN32: 5 ERROR_ACCESS_DENIED', 'Access is denied.'),
  success: (operation, args) => {
    const call = readCall(args);
    const head = operation === 'certutil-delstore' || operation === 'certutil-addstore' ? title(call) : '';
    return said(0, `${head}${completed(call.verb)}`);
  },
};

const OPERATIONS: { readonly [verb: string]: Operation } = {
  '-store': 'certutil-store',
  '-importpfx': 'certutil-import',
  '-addstore': 'certutil-addstore',
  '-delstore': 'certutil-delstore',
  '-delkey': 'certutil-delkey',
};

function dispatch(machine: Machine, call: CertutilCall): Said {
  switch (call.verb.toLowerCase()) {
    case '-store':
      return store(machine, call);
    case '-addstore':
      return addStore(machine, call);
    case '-delstore':
      return deleteFromStore(machine, call);
    case '-importpfx':
      return importPfx(machine, call);
    case '-delkey':
      return deleteKey(machine, call);
    default:
      return failed(call.verb, 0x80070057, 'WIN32: 87 ERROR_INVALID_PARAMETER', 'The parameter is incorrect.');
  }
}

const title = (call: CertutilCall): string => {
  const name = storeNamed(call.args[0] ?? '');
  return name === null ? '' : `${call.args[0]} "${STORE_TITLES[name]}"\n`;
};

const notFound = (verb: string): Said => failed(verb, 0x80090011, '-2146893807 NTE_NOT_FOUND', 'Object was not found.');
const noStore = (verb: string): Said =>
  failed(verb, 0x80070002, 'WIN32: 2 ERROR_FILE_NOT_FOUND', 'The system cannot find the file specified.');

/** The token may be a hash, serial number, key identifier, index or part of a common name. */
function matching(
  machine: Machine,
  name: Store,
  token: string | undefined,
): { stored: StoredCertificate; index: number }[] {
  const all = machine.host.state.certificates
    .filter((stored) => stored.store === name)
    .map((stored, index) => ({ stored, index }));
  if (token === undefined || token === '' || token === '*') return all;
  const wanted = token.replace(/\s/gu, '').toLowerCase();
  return all.filter(({ stored, index }) => {
    const certificate = machine.host.describe(stored);
    const ids = [stored.thumbprint, certificate.serial, certificate.keyIdentifier, String(index)];
    return ids.includes(wanted) || commonName(certificate.subject).toLowerCase().includes(token.toLowerCase());
  });
}

function store(machine: Machine, call: CertutilCall): Said {
  const [name, token, output] = call.args;
  const which = storeNamed(name ?? '');
  if (which === null) return noStore(call.verb);
  const found = matching(machine, which, token);
  if (found.length === 0 && token !== undefined) return notFound(call.verb);
  const blocks = found.map(({ stored, index }) => showCertificate(machine.host, stored, index)).join('\n');
  if (output !== undefined) {
    const place = machine.host.real(output);
    if (place === null) return noStore(call.verb);
    if (existsSync(place) && !call.force)
      return failed(call.verb, 0x80070050, 'WIN32: 80 ERROR_FILE_EXISTS', 'The file exists.');
    if (diskIsFull(machine)) return diskFull(call.verb);
    try {
      writeFileSync(place, Buffer.from(found[0]?.stored.der ?? '', 'base64'));
    } catch {
      return noPath(call.verb);
    }
  }
  return said(0, `${title(call)}${blocks}${completed(call.verb)}`);
}

function addStore(machine: Machine, call: CertutilCall): Said {
  const { host } = machine;
  const which = storeNamed(call.args[0] ?? '');
  const place = host.real(call.args[1] ?? '');
  if (which === null || place === null || !existsSync(place)) return noStore(call.verb);
  const der = readDer(place);
  if (der === null) return failed(call.verb, 0x8007000d, 'WIN32: 13 ERROR_INVALID_DATA', 'The data is invalid.');
  const thumbprint = sha1(Buffer.from(der, 'base64'));
  const present = host.certificate(which, thumbprint);
  if (present !== null && !call.force) {
    return said(0, `${title(call)}Certificate "${displayName(der)}" already in store.\n${completed(call.verb)}`);
  }
  if (present?.policy === true)
    return failed(call.verb, 0x80070005, 'WIN32: 5 ERROR_ACCESS_DENIED', 'Access is denied.');
  // Replacing stores the certificate alone: the link to its key is lost.
  const others = host.state.certificates.filter((each) => each !== present);
  host.state.certificates = [...others, { store: which, thumbprint, der, container: null }];
  host.save();
  const matches = readCertificate(der).issuer === readCertificate(der).subject ? 'Signature matches Public Key\n' : '';
  return said(0, `${title(call)}${matches}Certificate "${displayName(der)}" added to store.\n${completed(call.verb)}`);
}

function readDer(file: string): string | null {
  const bytes = readFileSync(file);
  try {
    const pem = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END/u.exec(bytes.toString('latin1'))?.[1];
    const der = pem === undefined ? bytes.toString('base64') : pem.replace(/\s/gu, '');
    readCertificate(der);
    return der;
  } catch {
    return null;
  }
}

/** Exits with 0 even when nothing matched, and leaves the private key where it is. */
function deleteFromStore(machine: Machine, call: CertutilCall): Said {
  const { host } = machine;
  const which = storeNamed(call.args[0] ?? '');
  if (which === null) return noStore(call.verb);
  const found = call.args[1] === undefined ? [] : matching(machine, which, call.args[1]);
  if (found.some(({ stored }) => stored.policy === true)) {
    return failed(call.verb, 0x80070005, 'WIN32: 5 ERROR_ACCESS_DENIED', 'Access is denied.');
  }
  const gone = found.map(({ stored }) => stored);
  host.state.certificates = host.state.certificates.filter((each) => !gone.includes(each));
  if (gone.length > 0) host.save();
  const lines = found.map(({ stored, index }) => {
    return `Deleting Certificate ${index}: ${nameLine(host.describe(stored).subject)}:${stored.thumbprint}\n`;
  });
  return said(0, `${title(call)}${lines.join('')}${completed(call.verb)}`);
}

/**
 * Finds the container by its simple name and its own provider, never by its file's name. Certificates go on naming the
 * deleted container.
 */
function deleteKey({ host }: Machine, call: CertutilCall): Said {
  const provider = call.provider ?? 'Microsoft Software Key Storage Provider';
  const container = host.state.containers.find(
    (each) => each.name === call.args[0] && each.provider.toLowerCase() === provider.toLowerCase(),
  );
  if (container === undefined || host.keyPem(container) === null)
    return failed(call.verb, 0x80090016, '-2146893802 NTE_BAD_KEYSET', 'Keyset does not exist');
  delete host.state.acls[container.path.toLowerCase()];
  writeKeyFile(host, container.path, null);
  host.save();
  return said(0, `  ${container.name}\n${completed(call.verb)}`);
}
