import { parseThumbprint, type Refusal, type Role, refuse, type ThumbprintSetting } from '../domain/values.ts';
import type { StepDefinition } from '../ports/step.ts';
import type { HostChange } from '../ports/windows-host.ts';
import { MET, notMet, parseStep, type ResolvedCertificate, resolve, wayBack } from './define-step.ts';

interface Params {
  readonly role: Role;
  readonly key: ThumbprintSetting;
  readonly certificate: ResolvedCertificate | null;
}

/** As it is in the file, hidden characters included. */
export type SettingFacts = { readonly value: string };

/** Writes one of the three thumbprints into the settings file beside the service's image. */
export const writeSetting: StepDefinition<Params, SettingFacts> = {
  kind: 'write-setting',
  decisive: ['value'],
  parse(raw, refs) {
    const { role, key, thumbprint } = parseStep('write-setting', raw);
    return { role, key, certificate: resolve(thumbprint, refs) };
  },
  say: (params, expected) => ({
    id: 'step.write-setting',
    data: {
      role: params.role,
      key: params.key,
      thumbprint: params.certificate?.thumbprint ?? null,
      old: parseThumbprint(expected.value) ?? expected.value,
    },
  }),
  observe: async (host, { role, key }) => ({ value: await host.setting(role, key) }),
  goal(before, { key, certificate }) {
    if (certificate === null) return refuse('CertificateNotMadeYet');
    // A value that is not a thumbprint was put there for a reason that nobody here knows.
    if (parseThumbprint(before.value) === null) return refuse('SettingNotAThumbprint', { key, found: before.value });
    return { value: certificate.thumbprint };
  },
  judge: (now, wanted) =>
    now.value === wanted.value || now.value === parseThumbprint(wanted.value)
      ? MET
      : notMet('SettingDiffers', now.value, wanted.value),
  move(now, wanted, { role, key }, { direction }): readonly HostChange[] | Refusal {
    const to = parseThumbprint(wanted.value);
    if (to === null) return refuse('SettingNotAThumbprint', { key, found: wanted.value });
    return now.value === wanted.value || now.value === to
      ? []
      : [{ type: 'setting.write', role, key, from: now.value, to, ...wayBack(direction) }];
  },
};
