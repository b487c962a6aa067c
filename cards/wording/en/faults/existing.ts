import { type Faults, listed, named, text } from './fault.ts';

const OTHER = 'Rotate again, and a new one is made; for a master, use can also name another one.';
const NAME_IT =
  'Compare the thumbprint, import the certificate with its private key into LocalMachine\\Root or My there';

/** What stands in the way of a certificate that a request names; said before anybody is asked to approve. */
export const existingFaults = {
  ExistingInUse: {
    says: 'the master presents this certificate already.',
    todo: 'Nothing needs to be done; name another one to change it.',
  },
  ExistingNotRead: {
    says: 'what it holds of the certificate could not be read.',
    todo: 'Let its runner read both stores, of this version or a newer one, then ask again.',
  },
  ExistingMissing: {
    says: (d) => `it holds no such certificate, neither in Root nor in My${named(d, 'thumbprint')}.`,
    todo: `${NAME_IT}, then ask again.`,
  },
  ExistingWithoutKey: {
    says: (d) => `it holds the certificate without its private key${named(d, 'stores')}.`,
    todo: `${NAME_IT} as a PFX, then ask again.`,
  },
  ExistingKeyUnreadable: {
    says: 'the private key of the certificate is gone, or may not be opened even by the runner.',
    todo: `${NAME_IT} as a PFX, then ask again.`,
  },
  ExistingKeyNotInFile: {
    says: 'the private key of the certificate lies in no file: who may use it cannot be seen or granted.',
    todo: 'Keys in hardware cannot be rotated from here.',
  },
  ExistingUnreadable: { says: 'the certificate cannot be read.', todo: OTHER },
  ExistingExpired: { says: (d, day) => `the certificate ended on ${day(d.at)}.`, todo: OTHER },
  ExistingNotYetValid: {
    says: (d, day) => `the certificate begins only on ${day(d.at)}.`,
    todo: 'Ask again once it is valid.',
  },
  ExistingKeyWeak: {
    says: (d) => `the key of the certificate is not RSA of 2048 bits or more${named(d, 'found')}.`,
    todo: OTHER,
  },
  ExistingHashWeak: {
    says: (d) => `the certificate is signed with something weaker than SHA-256${named(d, 'found')}.`,
    todo: OTHER,
  },
  ExistingNotForServers: {
    says: (d) => `the certificate is not made for TLS servers${named(d, 'found')}.`,
    todo: (d): string =>
      Array.isArray(d.wanted)
        ? 'Use one whose key usage allows digital signatures or key encipherment.'
        : 'Use one with the usage serverAuth.',
  },
  ExistingChainBroken: {
    says: (d) => `the chain of the certificate does not end in a root that the machine trusts${named(d, 'names')}.`,
    todo: "Put the authority's root into LocalMachine\\Root there and what stands between into CA, then ask again.",
  },
  ExistingChainNotValid: {
    says: (d) => `an authority above the certificate has expired, or is not an authority${named(d, 'name')}.`,
    todo: OTHER,
  },
  ExistingCompromised: { says: 'the key of the certificate is compromised.', todo: OTHER },
  RollbackGone: {
    says: (d) => `the earlier certificate is not there any more${named(d, 'thumbprint')}: it was removed.`,
    todo: 'What was removed does not come back; rotate again for a new one.',
  },
  RollbackRemoved: {
    says: (d) => `the earlier certificate${named(d, 'thumbprint')} was removed from ${listed(d.hosts)}.`,
    todo: 'What was removed does not come back; rotate again for a new one.',
  },
  RollbackInUse: { says: 'it is on the earlier certificate already.', todo: 'Nothing needs to be done.' },
  RollbackUnknown: {
    says: 'which certificate it had before is not known.',
    todo: 'Its look before that rotation could not be read; rotate again for a new one.',
  },
  RollbackKeyNotReadable: {
    says: (d) => `the service may not read the key of the earlier certificate any more${named(d, 'account')}.`,
    todo: 'Grant it by hand, then ask again.',
  },
  RollbackNotTrusted: {
    says: (d) => `it does not trust the earlier certificate of ${text(d.worker)} any more.`,
    todo: 'Put its public part into LocalMachine\\Root there, then ask again.',
  },
  ExistingNotCovering: {
    says: (d) => `the certificate does not cover ${listed(d.hosts)}; it is for ${listed(d.names)}.`,
    todo: 'Use one that covers what this one does not, for workers refuse any other.',
  },
  ExistingNotAllowed: {
    says: (d) =>
      `allowedCertificates in the runner's own configuration on ${listed(d.hosts)} does not name ${listed(d.add)}.`,
    todo: (d): string =>
      d.wasUsed === true
        ? 'It was in use here: if it was until a rotation, rollback with the id of that rotation returns to it. Else let an administrator of those machines add it there and restart their runners, then ask again.'
        : 'Let an administrator of those machines add it there and restart their runners, then ask again.',
  },
} satisfies Faults;
