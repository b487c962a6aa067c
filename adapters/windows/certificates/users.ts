import { CertopsError } from '../../../src/domain/errors.ts';
import type { CertificateUser } from '../../../src/domain/machine/host-facts.ts';
import { parseThumbprint, type Thumbprint } from '../../../src/domain/values.ts';
import type { WindowsContext } from '../context.ts';
import { binary, type RegistryKey, text } from '../parse/registry.ts';
import { cut } from '../parse/text.ts';
import { CER_FILES, readPublished } from '../publish.ts';
import { HTTP_PARAMETERS, readChildren, readKeys } from '../registry.ts';
import { installedScaleOut } from '../services/discover.ts';
import { readFolderOf } from '../services/facts.ts';
import { readSettingOf } from '../settings/file.ts';

const LIMIT_MS = 30_000;
const SQL = 'HKLM\\SOFTWARE\\Microsoft\\Microsoft SQL Server';
const RDP = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp';
const SETTINGS = {
  master: ['SSLCertThumbprint'],
  worker: ['MasterHttpsCertThumbprint', 'WorkerHttpsCertThumbprint'],
} as const;

type Named = CertificateUser & { readonly thumbprint: Thumbprint };

/**
 * What names each of these certificates on this machine, by thumbprint; no other users are known. `published`: the .cer
 * files beside the services count too.
 */
export async function readUsers(
  context: WindowsContext,
  thumbprints: readonly Thumbprint[],
  { published = true }: { readonly published?: boolean } = {},
): Promise<{ readonly [thumbprint: string]: readonly CertificateUser[] }> {
  const found = (
    await Promise.all([
      bindings(context, thumbprints),
      settings(context, published),
      sqlEngines(context),
      remoteDesktop(context),
    ])
  ).flat();
  return Object.fromEntries(
    thumbprints.map((one) => [
      one,
      found.filter(({ thumbprint }) => thumbprint === one).map(({ kind, where }) => ({ kind, where })),
    ]),
  );
}

/**
 * Bindings of any port and kind. Those that only netsh knows count too, in any language: its listing contains the hash.
 */
async function bindings(context: WindowsContext, thumbprints: readonly Thumbprint[]): Promise<readonly Named[]> {
  const [keys, shown] = await Promise.all([
    readKeys(context, HTTP_PARAMETERS, { deep: true }),
    context.tools.run('netsh', ['http', 'show', 'sslcert'], { timeLimitMs: LIMIT_MS }),
  ]);
  // netsh may exit with 1 when there is no binding at all; without the registry that is no answer
  if (keys === null)
    throw new CertopsError('RegistryNotReadable', { key: HTTP_PARAMETERS, code: shown.code, output: cut(shown.text) });
  const recorded = keys.flatMap((key) => named('binding', binary(key, 'SslCertHash', 20) ?? '', bindingKey(key)));
  // some builds print a hash in pairs of digits
  const listed = shown.text.replace(/\s/gu, '').toUpperCase();
  const more = thumbprints.filter(
    (one) => listed.includes(one) && !recorded.some(({ thumbprint }) => thumbprint === one),
  );
  return [...recorded, ...more.flatMap((one) => named('binding', one, 'HTTP.SYS'))];
}

const bindingKey = (key: RegistryKey): string =>
  text(key, 'HostnamePort') || key.path.slice(key.path.lastIndexOf('\\') + 1);

/** Only the settings that name it: other users that cannot be read must not hide these. */
export const readPins = async (
  context: WindowsContext,
  thumbprint: Thumbprint,
): Promise<readonly Pick<CertificateUser, 'where'>[]> =>
  (await settings(context, false)).filter((one) => one.thumbprint === thumbprint);

/** Every installed Scale Out service, of any version: versions side by side share the stores. */
async function settings(context: WindowsContext, isPublishedToo: boolean): Promise<readonly Named[]> {
  const services = await installedScaleOut(context);
  const found = await Promise.all(
    services.map(async ({ role, name }) => {
      const folder = await readFolderOf(context, role, name);
      const values = await Promise.all(
        SETTINGS[role].map(async (key) =>
          within(await orNothing(readSettingOf(context, folder, role, key)), `${name} ${key}`),
        ),
      );
      const published = isPublishedToo ? await readPublished(context, folder, role) : null;
      return [...values.flat(), ...named('published', published ?? '', `${name} ${CER_FILES[role]}`)];
    }),
  );
  return found.flat();
}

/** A value may hold more than one thumbprint, and then names each of them. */
function within(raw: string, where: string): readonly Named[] {
  const held = parseThumbprint(raw) === null ? (raw.match(/(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])/giu) ?? []) : [raw];
  return held.flatMap((one) => named('setting', one, where));
}

/** A missing setting names nothing, and neither does a service that has lost its file. */
const orNothing = (reading: Promise<string>): Promise<string> =>
  reading.catch((error: unknown) => {
    if (error instanceof CertopsError && ['SettingMissing', 'FileMissing'].includes(error.code)) return '';
    throw error;
  });

/** Source: MicrosoftDocs/sql-docs, configure SQL Server Database Engine for encryption (value `Certificate`). */
async function sqlEngines(context: WindowsContext): Promise<readonly Named[]> {
  const instances = ((await readChildren(context, SQL)) ?? []).filter((name) => /^MSSQL\d+\./iu.test(name));
  const found = await Promise.all(
    instances.map(async (instance) => {
      const keys = (await readKeys(context, `${SQL}\\${instance}\\MSSQLServer\\SuperSocketNetLib`)) ?? [];
      return keys.flatMap((key) => named('sql', text(key, 'Certificate') ?? '', instance));
    }),
  );
  return found.flat();
}

async function remoteDesktop(context: WindowsContext): Promise<readonly Named[]> {
  const keys = (await readKeys(context, RDP)) ?? [];
  return keys.flatMap((key) => named('rdp', binary(key, 'SSLCertificateSHA1Hash', 20) ?? '', 'RDP-Tcp'));
}

function named(kind: CertificateUser['kind'], raw: string, where: string): readonly Named[] {
  const thumbprint = parseThumbprint(raw);
  return thumbprint === null ? [] : [{ kind, where, thumbprint }];
}
