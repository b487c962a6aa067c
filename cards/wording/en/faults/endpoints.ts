import { type Faults, named, SETTINGS, text, withoutIt } from './fault.ts';

/** The address at which a worker looks for its master. */
export const endpointsFaults = {
  EndpointNotUnderstood: { says: (d) => `its MasterEndpoint cannot be read${named(d, 'found')}.`, todo: SETTINGS },
  EndpointElsewhere: { says: (d) => `its MasterEndpoint names another port${named(d, 'found')}.`, todo: SETTINGS },
  EndpointNotCovered: {
    says: (d) => `the new certificate would not cover the endpoint of workers${named(d, 'hosts')}.`,
    todo: 'Add those names to certificate.extraNames in the farm file.',
  },
  PresentNotCovering: {
    says: (d) => `the certificate that the master presents does not cover its MasterEndpoint${named(d, 'hosts')}.`,
    todo: 'Write one of the names of the certificate into MasterEndpoint, then ask again. Its own name can stand in the next one: certificate.extraNames.',
  },
  MasterNotSeenFrom: {
    says: (d) => `its MasterEndpoint does not show it what the master presents${named(d, 'endpoint', 'found')}.`,
    todo: (d) =>
      `Correct MasterEndpoint or the resolution of its name, or look for a firewall, a proxy or a second machine of that name between them. Where only its runner does not resolve the name, write the address below addresses in overrides of runner.json there, and restart the runner.${withoutIt(d.around)}`,
  },
  OwnCertificateMissing: {
    says: (d) =>
      `the worker's own certificate${named(d, 'thumbprint')} ${d.key === true ? 'has no private key' : `is not in the machine's ${text(d.store)} store`} any more, so its service would not come back after its restart.`,
    todo: (d) => `Give it a new one first: /ssis rotate-worker ${text(d.host)}.${withoutIt(d.around)}`,
  },
  OwnCertificateNotTrusted: {
    says: (d) =>
      `${text(d.master)} does not trust the worker's own certificate${named(d, 'thumbprint')}, and it is not connected: after the switch it would not be either.`,
    todo: (d) => `Give it one that is trusted first: /ssis rotate-worker ${text(d.host)}.${withoutIt(d.around)}`,
  },
} satisfies Faults;
