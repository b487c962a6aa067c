import { sameJson } from '../../src/domain/equal.ts';
import { CertopsError } from '../../src/domain/errors.ts';
import type { CertificateFacts } from '../../src/domain/machine/host-facts.ts';
import type { MadeCertificate } from '../../src/domain/plan/plan.ts';
import type { Json, StoreName, Thumbprint } from '../../src/domain/values.ts';
import type { HostChange, WindowsHost } from '../../src/ports/windows-host.ts';
import { keeps, usersOf } from './certificate-traces.ts';
import { CER } from './host-look.ts';
import type { MemoryState } from './host-state.ts';
import type { MemoryCertificate } from './machine.ts';

/**
 * How a machine in memory takes each change, with the refusals that bite on Windows: a binding needs a certificate with
 * its key in the store it names, a setting is written only over the value that was read. `MemoryMachine.faults` makes a
 * kind of change fail, lie, hang or come late.
 */
export function createPerform(
  { machine, service, settings, stored, connection }: MemoryState,
  factsOf: (made: MadeCertificate) => CertificateFacts,
): WindowsHost['perform'] {
  const keyed = ({ store, thumbprint }: { store: StoreName; thumbprint: Thumbprint }): MemoryCertificate => {
    const found = stored(store, thumbprint);
    if (found?.facts.privateKey !== 'yes') throw new CertopsError('KeyFileMissing', { thumbprint });
    return found;
  };

  const changes: { [type in HostChange['type']]: (change: never) => void } = {
    'certificate.import': ({ store, made, profile }: Extract<HostChange, { type: 'certificate.import' }>) => {
      const { friendlyName } = profile;
      const facts = factsOf(made);
      machine().stores[store].set(made.thumbprint, { ...made, facts, readers: [], friendlyName });
    },
    'certificate.trust': ({ thumbprint, der }: Extract<HostChange, { type: 'certificate.trust' }>) => {
      const { Root } = machine().stores;
      if (Root.has(thumbprint)) throw new CertopsError('CertificateThereAlready', { thumbprint });
      const facts: CertificateFacts = { ...factsOf({ thumbprint, der }), privateKey: 'no' };
      Root.set(thumbprint, { facts, der, readers: [] });
    },
    'certificate.remove': (change: Extract<HostChange, { type: 'certificate.remove' }>) => {
      if (keeps(machine(), change)) throw new CertopsError('CertificateInUse', { thumbprint: change.thumbprint });
      // As with certutil, removing what is not there is no failure.
      machine().stores[change.store].delete(change.thumbprint);
    },
    'key.remove': ({ store, thumbprint }: Extract<HostChange, { type: 'key.remove' }>) => {
      const found = machine().stores[store].get(thumbprint);
      if (found === undefined) throw new CertopsError('CertificateMissing', { store, thumbprint });
      if (usersOf(machine(), thumbprint).length > 0) throw new CertopsError('KeyUsedElsewhere', { thumbprint });
      machine().stores[store].set(thumbprint, { ...found, facts: { ...found.facts, privateKey: 'unreadable' } });
    },
    'key.grant': ({ sid, ...of }: Extract<HostChange, { type: 'key.grant' }>) => {
      keyed(of).readers = [...new Set([...keyed(of).readers, sid])].sort();
    },
    'key.revoke': ({ sid, ...of }: Extract<HostChange, { type: 'key.revoke' }>) => {
      keyed(of).readers = keyed(of).readers.filter((one) => one !== sid);
    },
    'sslcert.set': ({ from, to }: Extract<HostChange, { type: 'sslcert.set' }>) => {
      const key = from?.key ?? to?.key ?? '';
      const present = machine().bindings.find((binding) => binding.key === key) ?? null;
      if (!sameJson(present as Json, from as Json)) throw new CertopsError('BindingMoved', { key });
      if (to !== null) {
        const certificate = machine().stores[to.store === 'Root' ? 'Root' : 'My'].get(to.thumbprint);
        if (certificate?.facts.privateKey !== 'yes')
          throw new CertopsError('BindingCertificateNotUsable', { key, error: 1312 });
      }
      const others = machine().bindings.filter((binding) => binding.key !== key);
      machine().bindings = to === null ? others : [...others, to].sort((a, b) => (a.key < b.key ? -1 : 1));
    },
    'setting.write': ({ role, key, from, to }: Extract<HostChange, { type: 'setting.write' }>) => {
      if (settings(role)[key] !== from) throw new CertopsError('SettingMoved', { key });
      settings(role)[key] = to;
    },
    'service.restart': ({ role }: Extract<HostChange, { type: 'service.restart' }>) => {
      const one = service(role);
      if (one.facts.start === 'disabled') throw new CertopsError('ServiceDisabled', { role });
      one.facts = { ...one.facts, state: 'running', pid: one.facts.pid + 1000 };
      one.read = { ...settings(role) };
      if (role === 'worker') machine().refusedAtStart = !connection().accepts;
    },
    'cer.publish': ({ role, thumbprint, der }: Extract<HostChange, { type: 'cer.publish' }>) => {
      machine()[CER[role]] = { thumbprint, der };
    },
  };

  return async function perform(change: HostChange, signal: AbortSignal): Promise<void> {
    const fault = machine().faults.get(change.type);
    const kind = fault !== undefined && fault.times > 0 ? fault.kind : null;
    if (fault !== undefined) fault.times -= 1;
    machine().performed.push(change);
    if (kind === 'fail') throw new CertopsError('ToolFailed', { change: change.type });
    if (kind === 'lie') return;
    if (kind === 'hang') {
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve(), { once: true });
      });
      throw new CertopsError('ToolTimedOut', { change: change.type });
    }
    changes[change.type](change as never);
    if (kind === 'late') throw new CertopsError('ToolFailed', { change: change.type });
  };
}
