import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import forge from 'node-forge';
import { sha1 } from '../certificate.ts';
import { keyFileName, keyPathOf } from '../world/create.ts';
import { writeKeyFile } from '../world/host.ts';
import { legacyKeyFile } from '../world/key-file.ts';
import { storeNamed } from '../world/state.ts';
import { type CertutilCall, completed, diskFull, failed } from './certutil-call.ts';
import { diskIsFull, type Machine, type Said, said } from './tool.ts';

const MODIFIERS = /^(at_keyexchange|at_signature|noexport|nocert|nochain|noroot|noprotect|protect|vsm|pkcs8)$/iu;

/** Imports certificate and key together; only SYSTEM and Administrators can read the key's file. */
export function importPfx(machine: Machine, call: CertutilCall): Said {
  const { host, now } = machine;
  const withStore = call.args.length > 1 && !/\.(pfx|p12)$/iu.test(call.args[0] ?? '');
  const [file = '', modifierText = ''] = withStore ? call.args.slice(1) : call.args;
  const store = withStore ? storeNamed(call.args[0] ?? '') : 'My';
  const place = host.real(file);
  if (store === null || place === null || !existsSync(place)) {
    return failed(call.verb, 0x80070002, 'WIN32: 2 ERROR_FILE_NOT_FOUND', 'The system cannot find the file specified.');
  }
  const modifiers = modifierText === '' ? [] : modifierText.split(',');
  if (call.args.length > (withStore ? 3 : 2) || modifiers.some((modifier) => !MODIFIERS.test(modifier))) {
    return failed(call.verb, 0x80070057, 'WIN32: 87 ERROR_INVALID_PARAMETER', 'The parameter is incorrect.');
  }
  const opened = openPfx(readFileSync(place), call.password ?? '');
  if (opened === null) {
    return failed(
      call.verb,
      0x80070056,
      'WIN32: 86 ERROR_INVALID_PASSWORD',
      'The specified network password is not correct.',
    );
  }
  if (diskIsFull(machine)) return diskFull(call.verb);
  const thumbprint = sha1(opened.der);
  const present = host.certificate(store, thumbprint);
  if (present !== null && !call.force) {
    return failed(call.verb, 0x80092005, '-2146885627 CRYPT_E_EXISTS', 'The object or property already exists.');
  }
  const name = containerFor(machine, call, opened);
  const fileName = keyFileName(name, host.state.machineGuid);
  const keyPath = keyPathOf(fileName);
  writeKeyFile(host, keyPath, legacyKeyFile(name, opened.keyPem));
  host.state.containers = host.state.containers.filter((each) => each.name !== name);
  host.state.containers.push({
    name,
    file: fileName,
    path: keyPath,
    provider: call.provider ?? 'Microsoft Enhanced Cryptographic Provider v1.0',
    exportable: !modifiers.some((modifier) => modifier.toLowerCase() === 'noexport'),
    madeAt: now(),
  });
  host.state.acls[keyPath.toLowerCase()] = 'D:PAI(A;;FA;;;SY)(A;;FA;;;BA)';
  if (machine.faults.take(host.state.name, 'half-import') !== null) {
    host.save();
    return failed(call.verb, 0x80070070, 'WIN32: 112 ERROR_DISK_FULL', 'There is not enough space on the disk.');
  }
  const others = host.state.certificates.filter((each) => each !== present);
  const { friendlyName } = opened;
  const stored = { store, thumbprint, der: opened.der.toString('base64'), container: name };
  host.state.certificates = [...others, { ...stored, ...(friendlyName === null ? {} : { friendlyName }) }];
  host.save();
  return said(0, completed(call.verb));
}

/**
 * Windows names a container after its key in the PFX. Where one has that name already, `-f` is taken to overwrite it.
 */
function containerFor({ host }: Machine, { force }: CertutilCall, { keyName }: Opened): string {
  const isTaken = host.state.containers.some(({ name }) => name === keyName);
  return keyName !== null && (force || !isTaken) ? keyName : randomUUID();
}

interface Opened {
  readonly der: Buffer;
  readonly keyPem: string;
  readonly friendlyName: string | null;
  /** The key's own friendly name. */
  readonly keyName: string | null;
}

function openPfx(bytes: Buffer, password: string): Opened | null {
  try {
    const pfx = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(bytes.toString('latin1')), password);
    const { certBag, pkcs8ShroudedKeyBag } = forge.pki.oids;
    const keyBag = pfx.getBags({ bagType: pkcs8ShroudedKeyBag as string })[pkcs8ShroudedKeyBag as string]?.[0];
    const bag = pfx.getBags({ bagType: certBag as string })[certBag as string]?.[0];
    const [key, certificate] = [keyBag?.key, bag?.cert];
    if (key === undefined || key === null || certificate === undefined) return null;
    return {
      der: Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes(), 'latin1'),
      keyPem: forge.pki.privateKeyToPem(key),
      friendlyName: nameOf(bag),
      keyName: nameOf(keyBag),
    };
  } catch {
    return null;
  }
}

const nameOf = (bag: forge.pkcs12.Bag | undefined): string | null =>
  (bag?.attributes as { readonly friendlyName?: readonly string[] } | undefined)?.friendlyName?.[0] ?? null;
