import { isGrantable } from '../domain/machine/key-readers.ts';
import type { CertificateProfile } from '../domain/plan/plan.ts';
import { type Refusal, refuse, type StoreName, type Thumbprint } from '../domain/values.ts';
import type { StepDefinition } from '../ports/step.ts';
import type { HostChange } from '../ports/windows-host.ts';
import { MET, notMet, parseStep } from './define-step.ts';

interface Params {
  readonly profile: CertificateProfile;
  readonly store: StoreName;
  readonly oldStore: StoreName;
  readonly oldThumbprint: Thumbprint;
  readonly serviceSid: string;
}

type CreateFacts = {
  readonly present: boolean;
  /** Whether it has its private key. */
  readonly key: boolean;
  /** SIDs that may read the new key. */
  readonly readers: readonly string[];
  /** SIDs that may read the key in use today. */
  readonly oldReaders: readonly string[];
};

/** Every key file has these readers: SYSTEM and Administrators. They need no grant. */
const DEFAULT_READERS: readonly string[] = ['S-1-5-18', 'S-1-5-32-544'];

/**
 * Makes key and certificate on this machine, imports them, and grants the key to the service's account and to whoever
 * could read the old key (monitoring, a second instance). Those readers are read here, not taken from the plan. The
 * card names those who cannot be granted.
 */
export const createCertificate: StepDefinition<Params, CreateFacts> = {
  kind: 'create-certificate',
  decisive: ['oldReaders'],
  parse: (raw) => parseStep('create-certificate', raw),
  say: (params, expected) => ({
    id: 'step.create-certificate',
    data: {
      store: params.store,
      cn: params.profile.cn,
      names: params.profile.names,
      keyBits: params.profile.keyBits,
      hash: params.profile.hash,
      lifetimeDays: params.profile.lifetimeDays,
      exportable: params.profile.exportable,
      friendlyName: params.profile.friendlyName,
      readers: readersWanted(expected.oldReaders, params.serviceSid),
    },
  }),
  async observe(host, params, made) {
    const ofMade = async () => {
      const found = made === null ? null : await host.certificate(params.store, made.thumbprint);
      // An interrupted removal may have taken the key already, and the readers of a missing key cannot be read.
      const isKeyed = made !== null && found?.privateKey === 'yes';
      return { found, readers: isKeyed ? await host.keyReaders(params.store, made.thumbprint) : [] };
    };
    const [oldReaders, { found, readers }] = await Promise.all([
      host.keyReaders(params.oldStore, params.oldThumbprint),
      ofMade(),
    ]);
    return {
      present: found !== null,
      key: found?.privateKey === 'yes',
      readers: sorted(readers),
      oldReaders: sorted(oldReaders),
    };
  },
  make: (host, params) => host.makeCertificate(params.profile),
  goal: (before, params) => ({
    present: true,
    key: true,
    readers: readersWanted(before.oldReaders, params.serviceSid),
    oldReaders: before.oldReaders,
  }),
  judge(now, wanted) {
    if (now.present !== wanted.present) {
      return notMet(wanted.present ? 'CertificateMissing' : 'CertificateStillThere', now.present, wanted.present);
    }
    if (wanted.present && !now.key) return notMet('PrivateKeyMissing', now.key, wanted.key);
    const missing = wanted.readers.filter((sid) => !now.readers.includes(sid));
    return missing.length === 0 ? MET : notMet('KeyReadersMissing', now.readers, wanted.readers);
  },
  move(now, wanted, params, { made, secret }): readonly HostChange[] | Refusal {
    if (made === null) return wanted.present ? refuse('NothingMade') : [];
    const { thumbprint } = made;
    if (!wanted.present) {
      return now.present ? [{ type: 'certificate.remove', store: params.store, thumbprint, withKey: true }] : [];
    }
    if (!now.key && secret === null) return refuse('SecretLost', { thumbprint });
    const missing = wanted.readers.filter((sid) => !now.readers.includes(sid));
    return [
      ...(now.key || secret === null
        ? []
        : [{ type: 'certificate.import', store: params.store, made, secret, profile: params.profile } as const]),
      ...missing.map((sid) => ({ type: 'key.grant', store: params.store, thumbprint, sid }) as const),
    ];
  },
  back: (before) => ({ ...before, present: false, key: false, readers: [] }),
};

const sorted = (sids: readonly string[]): readonly string[] => [...sids].sort();

const readersWanted = (oldReaders: readonly string[], serviceSid: string): readonly string[] =>
  sorted([...new Set([...oldReaders, serviceSid])].filter((sid) => isGrantable(sid) && !DEFAULT_READERS.includes(sid)));
