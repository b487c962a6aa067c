import { certificateReaders } from '../../../adapters/windows/certificate-half.ts';
import type { HostLook } from '../../../src/domain/machine/host-facts.ts';
import { plainWish } from '../../../src/domain/plan/wish.ts';
import { type HostName, isRefusal } from '../../../src/domain/values.ts';
import { draftRotateMaster } from '../../../src/plans/rotate-master.ts';
import { draftRotateWorker } from '../../../src/plans/rotate-worker.ts';
import { farmOf } from '../../domain/sim.ts';
import { contextOf, openLab } from './lab-host.ts';

const { lab, end } = await openLab({ workers: 1 });
afterAll(end);

const PASSIVE = 'sqlm02' as HostName;
const context = contextOf(lab, 'sqlm01');
const looks: { [host: string]: HostLook } = {};

/** The same machine twice: as the node that has the group and, with its service stopped, as one that does not. */
beforeAll(async () => {
  await lab.change('sqlm01', { clustered: true });
  const node = certificateReaders(context);
  looks.sqlm01 = await node.look();
  looks.sqlw01 = await certificateReaders(contextOf(lab, 'sqlw01')).look();
  await context.tools.run('sc', ['stop', looks.sqlm01.master?.service.name ?? '']);
  for (let state = ''; state !== 'stopped'; ) {
    const look = await node.look();
    state = look.master?.service.state ?? 'stopped';
    looks.sqlm02 = { ...look, host: PASSIVE };
  }
});

const request = (kind: 'rotate-master' | 'rotate-worker') => {
  const { hosts, ...farm } = farmOf(1);
  const nodes = hosts.flatMap((host) => (host.roles.includes('master') ? [host, { ...host, name: PASSIVE }] : [host]));
  const by = { id: 'mei', name: 'Mei Lin' };
  const at = new Date().toISOString();
  return { farm: { ...farm, hosts: nodes }, looks, id: 'prod-17', wish: plainWish(kind), by, reason: 'Yearly', at };
};

test('a cluster node without the group has the port bound, and nothing listens there', () => {
  expect(looks.sqlm01?.problems.map(({ code }) => code)).toEqual(['clustered']);
  expect(looks.sqlm02?.problems.map(({ code }) => code)).toEqual(['clustered', 'master-not-answering']);
});

test('a worker of such a farm can be rotated, and is trusted on both nodes', () => {
  const draft = draftRotateWorker(request('rotate-worker'));
  if (isRefusal(draft)) throw new Error(`${draft.code} ${JSON.stringify(draft.data)}`);
  const stages = draft.header.phases.flatMap((phase) => phase.stages);
  expect(stages.find(({ name }) => name === 'master-trust')?.hosts).toEqual(['sqlm01', PASSIVE]);
});

test('its master cannot be rotated, and the reason is the cluster', () => {
  expect(draftRotateMaster(request('rotate-master'))).toMatchObject({ code: 'MasterClustered' });
});
