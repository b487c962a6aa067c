import { isTold, listOf } from '../../fault-words.ts';
import { serviceState } from '../grammar.ts';
import { BUG, type ErrorData, type Faults, listed, named, SETTINGS, serviceOption, startFirst, text } from './fault.ts';
import { problem } from './problems.ts';

/** Microsoft's page, reordered: nobody is cut off before everybody trusts the new certificate. */
const CLUSTER_BY_HAND = [
  "By hand: (1) make a certificate for the cluster's DNS name, and import it with its private key into LocalMachine\\Root of every node; let the account of the service read the key there.",
  '(2) Import it without its key into LocalMachine\\Root of every worker.',
  '(3) On every node bind it: `netsh http delete sslcert`, then `add sslcert` with the old appid and flags; write SSLCertThumbprint in MasterSettings.config.',
  '(4) Take the cluster resource offline and online again, and never `sc stop`.',
  '(5) On every worker write MasterHttpsCertThumbprint in WorkerSettings.config and restart its service.',
  '(6) When all are connected, fail over once and look again.',
].join(' ');

/**
 * Somebody has the key: the master must forget the certificate first, and restarts for that: nothing tells when a
 * running service reads a store again.
 */
const containByHand = (d: ErrorData): string =>
  [
    `By hand: (1) on every node${named(d, 'nodes')}, as an administrator, ${forgetting(d)}.`,
    '(2) Take the cluster resource offline and online again, and never `sc stop`: a master that runs may go on trusting what it has already accepted. Every worker is cut off for so long.',
    `(3) Ask without compromised: /ssis rotate-worker ${listOf(d.workers).join(' ')} in ${text(d.farm)} because ...; once that is proved, /ssis retire ${text(d.farm)} compromised because ...`,
  ].join(' ');

/** `-delstore` leaves the key: certutil has another verb for that, `-delkey`. */
const withoutKey = ({ stores, thumbprint }: ErrorData): string =>
  listOf(stores)
    .map((store) => `\`certutil -delstore ${store} ${text(thumbprint)}\``)
    .join(' and ');

/** The card has no room for more thumbprints in full, and a part of one is of no use. */
const MOST_TYPED = 4;

function forgetting({ stolen }: ErrorData): string {
  const thumbprints = listOf(stolen);
  return thumbprints.length > MOST_TYPED
    ? '`certutil -delstore Root` with the whole thumbprint that /ssis certs WORKER shows as set, for each of these workers'
    : thumbprints.map((one) => `\`certutil -delstore Root ${one}\``).join(' and ');
}

/** What stands in the way before anybody is asked to approve. */
export const planningFaults = {
  ServiceDisabled: {
    says: 'its service is disabled.',
    todo: 'Set its start type to automatic, then ask again.',
    hand: 'Set its start type to automatic and start it, then look again.',
  },
  ServiceMissing: { says: 'it has no such Scale Out service.', todo: 'Correct the roles in the farm file.' },
  ServiceAmbiguous: {
    says: (d) => `several versions of the service are installed${named(d, 'found', 'services')}.`,
    todo: (d) =>
      `Name one in its runner.json: ${serviceOption(d)} under overrides. Restart its runner, then ask again.`,
  },
  ClusterNotReadable: { says: 'whether it is clustered cannot be read.', todo: 'Let the runner read the registry.' },
  MasterClustered: {
    says: 'the master is a resource of a failover cluster: its nodes must share one key, and its service must not be stopped behind the back of the cluster. That is not done from here.',
    todo: CLUSTER_BY_HAND,
  },
  ContainClustered: {
    says: 'the master is a resource of a failover cluster. To trust a worker no more it has to restart, and its service must not be stopped behind the back of the cluster. That is not done from here.',
    todo: containByHand,
  },
  ServiceClustered: {
    says: 'its service belongs to a failover cluster, which would take a stopped service for a failed one.',
    todo: CLUSTER_BY_HAND,
  },
  MoreThanOneMaster: {
    says: (d) => `the farm has more than one master${named(d, 'hosts')}, which cannot be rotated yet.`,
    todo: 'Give each master a farm file of its own, with its workers, and ask there.',
  },
  NoMaster: { says: 'the farm file names no master.', todo: 'Give one host the role master.' },
  HostNotLooked: { says: 'it has not reported what is there.', todo: 'Start its runner, then ask again.' },
  ClockOff: {
    says: (d) => `its clock is off by more than a minute${named(d, 'hostClock')}.`,
    todo: (d): string =>
      Number(d.alike ?? 0) > 0
        ? "So are all others in the same way: look at the clock of the bot's machine, set it, then ask again."
        : 'Set its clock, then ask again.',
  },
  PlanTooLarge: {
    says: (d) =>
      `these are too many workers for one request: what it would be told to do has room for about ${text(d.most)} of them.`,
    todo: 'Name that many in one request, and the others in the next.',
  },
  PlanFailed: { says: 'no plan could be made.', todo: BUG },
  HostNotReady: {
    says: (d) => problem(d) ?? `it is not ready${named(d, 'problem')}.`,
    todo: (d): string => {
      if (d.problem === 'private-key-missing')
        return 'Restore the key. If nobody has it, delete the binding of that port (netsh http delete sslcert), which then answers nobody, and ask for rotate-master: a port without a binding is bound anew.';
      if (d.error !== 'KeyNotInFile') return 'Put that right on the machine, then ask again.';
      return d.role === 'master'
        ? 'A key in hardware cannot be rotated from here. Import another certificate there, with its key in a file, and ask: /ssis rotate-master use THUMBPRINT.'
        : "A key in hardware cannot be rotated from here: exchange this worker's certificate by hand (trust it on the master, set WorkerHttpsCertThumbprint, restart the worker).";
    },
  },
  RoleNotInstalled: { says: (d) => `it has no ${text(d.role)} service.`, todo: 'Correct the roles in the farm file.' },
  MasterNotRunning: {
    says: (d) => `the master service is ${serviceState(text(d.state))}.`,
    todo: startFirst(
      'write the thumbprint of one that lies there with its private key to SSLCertThumbprint, bind that one by hand, start the service, and reconnect the workers.',
    ),
  },
  MasterNotConfirmed: {
    says: (d) =>
      `it has switched for rotation ${text(d.rotation)}, was not confirmed, and so goes back by itself: what it presents now may not stay.`,
    todo: 'Ask again in a few minutes, once it has gone back: `node runner.mjs status` there says so.',
  },
  WorkersOutside: {
    says: (d) =>
      `workers were seen within a week that the farm file does not name as such${named(d, 'hosts')}: a switch would cut them off.`,
    todo: 'Give each a runner and the role worker in the farm file, or ask again with: leave behind NAME.',
  },
  LeaveBehindKnown: {
    says: 'it is in the farm file, so it is not left behind beforehand.',
    todo: 'Ask without it: gap.leaveBehind says how many may fail. Or take it out of the farm file first.',
  },
  MasterPresentsNothing: {
    says: (d) => `the master presents no certificate${named(d, 'error')}, so no worker can be proved to be connected.`,
    todo: (d): string =>
      d.error === 'ETIMEDOUT'
        ? 'Its port gave no answer within 5 s: ask again. If it stays so, see what keeps the machine busy, or what holds up that port.'
        : 'Put the master right first: its port answers with nothing. Where nothing is bound to it, /ssis rotate-master binds it.',
  },
  MasterSilentAt: {
    says: (d) =>
      `the master does not answer everywhere that its port is bound${named(d, 'at')}, so no change could be proved there.`,
    todo: 'Put right what is bound there, or delete that binding if nobody uses it, then ask again. If its runner is of an older version, update that first.',
  },
  ClusterNodesUnknown: {
    says: 'the master is clustered, and every node must trust the new certificate, but the farm file names one node only.',
    todo: 'Name every node in the farm file with the role master, each with its runner, then ask again.',
  },
  CertificateCompromised: {
    says: 'the key of that certificate is compromised, so nothing goes back to it.',
    todo: 'Name another certificate, or leave out use to have a new one made.',
  },
  WorkerSharesMasters: {
    says: (d) =>
      `its certificate is the one that ${d.host === d.master ? 'its own master' : text(d.master)} uses itself.`,
    todo: 'Rotate the master first: /ssis rotate-master compromised.',
  },
  StolenNotSelfSigned: {
    says: 'its certificate was issued by an authority that the master trusts: nothing taken out of Root here would cut off whoever has the key.',
    todo: 'Have the authority revoke it, and see with netsh http show sslcert that the binding of the master verifies revocation of client certificates. Then ask for rotate-worker without compromised.',
  },
  StolenNotRead: {
    says: 'neither it nor the master holds the certificate in its settings, so nobody can tell whether the master trusts it, or an authority above it.',
    todo: 'If an authority issued it, have it revoked there. Then ask for rotate-worker without compromised.',
  },
  WorkerNotRunning: {
    says: (d) => `its worker service is ${serviceState(text(d.state))}, so nothing could be proved.`,
    todo: startFirst(
      'put one with its private key into that store, let its account read the key, write its thumbprint to WorkerHttpsCertThumbprint, trust it in Root of the master, and start the service.',
    ),
  },
  WorkerStoreElsewhere: {
    says: (d) =>
      `its StoreLocation is ${text(d.found)}, and only LocalMachine is served: a certificate made there would not be found.`,
    todo: 'Import its certificate with its key into My of LocalMachine, let its account read the key, set StoreLocation to LocalMachine, restart it, then ask again.',
  },
  WorkerStoreNotServed: {
    says: (d) => `its certificate lies in ${text(d.store)}, and only My is served.`,
    todo: 'Import its certificate with its key into My of LocalMachine, let its account read the key, set StoreName to My, restart it, then ask again.',
  },
  PortDiffers: {
    says: (d) => `the master listens on port ${text(d.found)}, the farm file says ${text(d.wanted)}.`,
    todo: 'Correct the endpoint in the farm file.',
  },
  NameNotValid: {
    says: (d) => `the name cannot stand in a certificate${named(d, 'name')}.`,
    todo: 'Correct it in the farm file.',
  },
  BindingFlagNotReturnable: {
    says: (d) => `a flag of its binding cannot be given back by its netsh${named(d, 'parameter', 'flags')}.`,
    todo: 'Rotate this one by hand.',
  },
  MasterThumbprintsDisagree: {
    says: 'binding, settings and certificate of the master name different thumbprints.',
    todo: 'Make them agree by hand first.',
  },
  MasterCertificateMissing: {
    says: 'the certificate in use is in no store, so it could not be put back.',
    todo: 'Import it there with its private key into LocalMachine\\Root, then ask again. Where there is no copy of it: take away each binding of its port by hand with netsh, which cuts off whoever is connected still, then ask again: where nothing is bound, the plan makes certificate and binding.',
  },
  MasterStoreNotServed: {
    says: (d) =>
      `the certificate in use is bound from the store ${text(d.store)} (certstorename at ${text(d.binding)}), and only Root and My are read.`,
    todo: 'Import it with its private key into LocalMachine\\Root as well, and leave the binding as it is: a rotation binds the new one from where that lies, and an undo binds from the old store again. Then ask again. What lies in the old store is never removed from here: remove it there by hand, with its key, after a retire.',
  },
  NamesTooMany: {
    says: (d) =>
      `the new certificate would have more names than the ${text(d.most)} that it may have${named(d, 'found')}.`,
    todo: 'Take some out of certificate.extraNames in the farm file, or let several workers name the master alike in MasterEndpoint: the certificate covers each name that stands there.',
  },
  WorkerPinsAnother: {
    says: 'it pins another certificate than the master presents, so it is cut off already.',
    todo: 'Reconnect it first: /ssis reconnect and its name.',
  },
  WorkerPinsUnnamed: {
    says: 'it pins another certificate than the settings of the master name, and nothing is bound there that it could be reconnected to.',
    todo: (d) =>
      `Write ${text(d.presented)} to MasterHttpsCertThumbprint there by hand, then ask again: the plan brings the rest.`,
  },
  AlreadyConnected: {
    says: (d) => `it pins and trusts what the master presents${named(d, 'presented')}, and is connected already.`,
    todo: (d) =>
      isTold(d.others)
        ? `The same is true of ${listed(d.others)}: nothing needs to be done.`
        : 'Nothing needs to be done on it.',
  },
  MakerNotKnown: {
    says: 'what the master presents was made by no rotation that is known here, so it does not take it on our word.',
    todo: 'If the master was put back by hand from a rotation, the worker can be too: `node runner.mjs undo ID --here` on the worker. Else put its thumbprint into allowedCertificates of the runner there, if you know it; or by hand on the worker: trust it in Root, write it to MasterHttpsCertThumbprint, restart the worker service.',
  },
  IssuerNotAllowed: {
    says: (d) =>
      `what the master presents (${text(d.thumbprint)}) was issued by an authority, and its runner does not allow that certificate and the root above it (${text(d.authority)}).`,
    todo: 'Put both into allowedCertificates of runner.json there and ask again; or by hand on the worker: import that root, and nothing else, into LocalMachine\\Root, write the thumbprint presented to MasterHttpsCertThumbprint, restart the worker service.',
  },
  IssuerNotKnown: {
    says: (d) =>
      `what the master presents (${text(d.thumbprint)}) was issued by an authority, and no complete chain up to a root that is still valid can be read there.`,
    todo: 'Put the root into LocalMachine\\Root of the master and what stands between into CA, and ask again; or by hand on each worker: import that root into LocalMachine\\Root, write the thumbprint presented to MasterHttpsCertThumbprint, restart the worker service.',
  },
  PolicyChanged: {
    says: 'policy, people or the rule about tickets of the farm file changed after the plan was made, so no vote on it counts.',
    todo: 'Ask again: the new plan rests on the farm file as it is.',
  },
  MachinesChanged: {
    says: (d) =>
      `the farm file has other machines than when the plan was made${named(d, 'hosts')}, so no vote on it counts.`,
    todo: 'Ask again: the new plan is about the machines that it has now.',
  },
  FarmFileChanged: {
    says: (d) => `the farm file changed after the plan was made${named(d, 'changes')}, so no vote on it counts.`,
    todo: 'Ask again: the new plan rests on the farm file as it is.',
  },
  LeftoversNotRead: {
    says: (d) =>
      isTold(d.file)
        ? `its ${text(d.file)} cannot be read and may be an old certificate, so nothing is removed anywhere.`
        : 'what it still holds of old certificates cannot be read, so nothing is removed anywhere.',
    todo: (d): string =>
      isTold(d.file)
        ? 'Put the certificate in use into that file, or take it away, then ask again.'
        : 'Let its runner read stores and registry, then ask again.',
  },
  StillInUse: {
    says: (d) => `the old certificate is still in use${named(d, 'where')}.`,
    todo: 'Connect or change what uses it first, then ask again.',
  },
  KeyShared: {
    says: (d) =>
      `nothing uses the old certificate, but its private key is also that of another one${named(d, 'where')}, so neither is removed.`,
    todo: (d) =>
      `As an administrator on ${text(d.host)}, take this one away without its key: ${withoutKey(d)}. Then ask again: the other one goes, with the key, once nothing uses it.`,
  },
  GraceNotOver: {
    says: (d, day) =>
      d.several === true
        ? `old certificates are kept, should they be needed again: the first of them until ${day(d.until)}.`
        : `the old certificate is kept until ${day(d.until)}, should it be needed again.`,
    todo: 'Ask again once that is over; the channel is told.',
  },
  NobodyKnowsWhose: {
    says: (d) => `it trusts a certificate that no machine of the farm knows as its own${named(d, 'subject')}.`,
    todo: 'Add its worker to the farm file. Where that is gone for good, remove the certificate by hand.',
  },
  NothingToRetire: { says: 'there is nothing left to remove.', todo: 'Nothing needs to be done.' },
  ApproverGone: {
    says: (d) => `somebody who approved it may not approve any more${named(d, 'names')}.`,
    todo: 'Ask again: the approvers of today decide.',
  },
  ApproverUnseen: {
    says: (d) =>
      `since the bot began, Slack has not said whether those who approved it are still in the group${named(d, 'names')}.`,
    todo: 'It waits for that. See that Slack answers the bot.',
  },
  StartMissed: { says: 'its start was missed.', todo: 'Ask again.' },
  StartAfterEnd: {
    says: 'the certificate would end before the start.',
    todo: 'Ask again with now, or for an earlier time.',
  },
  PortNotUnderstood: { says: (d) => `its port cannot be read${named(d, 'found')}.`, todo: SETTINGS },
} satisfies Faults;
