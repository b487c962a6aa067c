import { CertopsError } from '../../src/domain/errors.ts';
import type {
  CertificateFacts,
  HandshakeFacts,
  MasterLook,
  Problem,
  SslBinding,
} from '../../src/domain/machine/host-facts.ts';
import { askedName, isServed, probesOf } from '../../src/domain/machine/probes.ts';
import { instantOf } from '../../src/domain/time.ts';
import { parseThumbprint, type StoreName, type Thumbprint } from '../../src/domain/values.ts';
import { wrongIn } from './bindings/arguments.ts';
import { notReturnable } from './bindings/flags.ts';
import { readBindingsToPlan, readNetshParameters } from './bindings/read.ts';
import { validityOf } from './certificates/der.ts';
import { readWhole } from './certificates/read.ts';
import type { WindowsContext } from './context.ts';
import { readKeyReaders } from './keys/access.ts';
import { learnListened } from './listened.ts';
import { orProblem, publishedProblems, serviceProblems } from './look-problems.ts';
import { type ProbeTarget, showing } from './probe.ts';
import { isPublishedTorn, readPublished } from './publish.ts';
import { isClustered } from './services/cluster.ts';
import { readService } from './services/facts.ts';
import { readSettingOf } from './settings/file.ts';

/**
 * Reads everything that a plan needs of the master here. Adds to `problems` what could not be read or needs a person.
 * Throws where nothing can be planned without it: the service, its settings file, the bindings.
 */
export async function lookAtMaster(context: WindowsContext, problems: Problem[]): Promise<MasterLook> {
  const [service, netshParameters, listens] = await Promise.all([
    readService(context, 'master'),
    readNetshParameters(context),
    learnListened(context),
  ]);
  const setting = (key: string): Promise<string> => readSettingOf(context, service.folder, 'master', key);
  const [sslCertThumbprint, portText] = await Promise.all([setting('SSLCertThumbprint'), setting('PortNumber')]);
  const port = parsePort(portText);
  const [bindings, published, clustered] = await Promise.all([
    readBindingsToPlan(context, port),
    orProblem(problems, readPublished(context, service.folder, 'master'), null, {
      what: 'SSISScaleOutMaster.cer',
    }),
    isClustered(context, service.name),
  ]);
  const isTorn = published !== null && (await isPublishedTorn(context, service.folder, 'master').catch(() => false));
  const named = parseThumbprint(sslCertThumbprint);
  const found = named === null ? null : await findCertificate(context, named, bindings);
  const [keyReaders, shown] = await Promise.all([
    found === null || found.facts.privateKey === 'no'
      ? []
      : orProblem(problems, readKeyReaders(context, found.store, found.facts.thumbprint), [], {
          what: 'private key',
          role: 'master',
        }),
    Promise.all(
      probesOf(bindings, port, askedName(found?.facts.names ?? [], context.name)).map((to) =>
        shownBy(context, to, named),
      ),
    ),
  ]);
  const presented = shown.filter(isServed);
  problems.push(...(await serviceProblems(context, 'master', service)), ...settingProblems(sslCertThumbprint, named));
  problems.push(...(await publishedProblems(context, 'master', service, published)));
  problems.push(...bindingProblems(bindings, named, port, presented));
  if (named !== null) problems.push(...certificateProblems(named, found?.facts ?? null));
  if (clustered) problems.push({ code: 'clustered', data: { service: service.name } });
  const certificate = found?.facts ?? null;
  const facts = { service, port, sslCertThumbprint, bindings, certificate, keyReaders, published, presented };
  const place = found === null ? {} : { store: found.store };
  const torn = isTorn ? { publishedTorn: true as const } : {};
  return {
    ...facts,
    ...place,
    ...torn,
    der: found?.der ?? null,
    clustered,
    netshParameters,
    listens,
    passesSilent: true,
  };
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/u.test(text.trim()) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new CertopsError('PortNotUnderstood', { found: text.slice(0, 100) });
  return port;
}

/**
 * The store that the binding names comes first. Without a binding a copy with its key comes before one without, since
 * Root may hold it only for a worker on this machine; of two alike, the one in Root, where the documentation puts it.
 */
async function findCertificate(
  context: WindowsContext,
  thumbprint: Thumbprint,
  bindings: readonly SslBinding[],
): Promise<{ store: StoreName; facts: CertificateFacts; der: string } | null> {
  const bound = bindings.find((binding) => binding.thumbprint === thumbprint)?.store.toLowerCase();
  const stores: readonly StoreName[] = bound === 'my' || bound === '' ? ['My', 'Root'] : ['Root', 'My'];
  let keyless: { store: StoreName; facts: CertificateFacts; der: string } | null = null;
  for (const store of stores) {
    const found = await readWhole(context, store, thumbprint);
    if (found === null) continue;
    if (bound !== undefined || found.facts.privateKey !== 'no') return { store, ...found };
    keyless ??= { store, ...found };
  }
  return keyless;
}

/**
 * Adds the expiry of a presented certificate that the settings do not name, which no look reads otherwise: reminders
 * are about what is presented.
 */
async function shownBy(context: WindowsContext, to: ProbeTarget, named: Thumbprint | null): Promise<HandshakeFacts> {
  const { facts, certificate } = await showing(context, to);
  const ends = certificate === null || facts.thumbprint === named ? Number.NaN : validityOf(certificate).to;
  return Number.isNaN(ends) ? facts : { ...facts, notAfter: instantOf(ends) };
}

/** Names a setting that holds no thumbprint, with as much of its value as a card can hold. */
export const settingProblems = (
  value: string,
  named: Thumbprint | null,
  key = 'SSLCertThumbprint',
): readonly Problem[] =>
  named === null ? [{ code: 'setting-not-a-thumbprint', data: { key, found: value.slice(0, 100) } }] : [];

function certificateProblems(thumbprint: Thumbprint, certificate: CertificateFacts | null): readonly Problem[] {
  if (certificate === null) return [{ code: 'certificate-missing', data: { role: 'master', thumbprint } }];
  if (certificate.privateKey === 'yes') return [];
  return [{ code: `private-key-${certificate.privateKey === 'no' ? 'missing' : 'unreadable'}`, data: { thumbprint } }];
}

/** Problems of the bindings that stand in the way of a rotation, found before anybody is asked to approve. */
export function bindingProblems(
  bindings: readonly SslBinding[],
  named: Thumbprint | null,
  port: number,
  presented: readonly HandshakeFacts[],
): readonly Problem[] {
  const problems: Problem[] = [];
  if (bindings.length === 0) problems.push({ code: 'binding-missing', data: { port } });
  for (const binding of bindings) {
    const { key, thumbprint } = binding;
    const lost = notReturnable(binding);
    const wrong = wrongIn(binding);
    if (lost.length > 0) problems.push({ code: 'binding-flags-not-returnable', data: { key, flags: lost } });
    else if (wrong.length > 0) problems.push({ code: 'binding-not-valid', data: { key, wrong } });
    if (named !== null && thumbprint !== named)
      problems.push({ code: 'binding-differs-from-setting', data: { key, thumbprint, setting: named } });
  }
  if (bindings.length > 0 && presented.every((one) => one.thumbprint === null))
    problems.push({ code: 'master-not-answering', data: { port, error: presented[0]?.error ?? null } });
  return problems;
}
