import type { MemoryService } from '../../../../adapters/memory/machine.ts';
import { statusLines } from '../../../../src/app/runner/here/status-lines.ts';
import { CertopsError } from '../../../../src/domain/errors.ts';
import { foldRunner, initialRunnerState } from '../../../../src/domain/fold/runner-fold.ts';
import type { Order } from '../../../../src/domain/letters/protocol.ts';
import type { HostLook } from '../../../../src/domain/machine/host-facts.ts';
import { bound, MASTER, switchedMaster } from '../cutover.ts';
import { outcomeOf, type Rig } from '../rig.ts';

type State = NonNullable<HostLook['master']>['service']['state'];

async function switched() {
  const { rig, order, runner } = await switchedMaster();
  const machine = rig.machines.get(MASTER);
  const service = machine?.services.master as MemoryService;
  const proved = service.facts.pid;
  const runsAs = (state: State, pid: number): void => {
    service.facts = { ...service.facts, state, pid };
  };
  const confirm = () => runner.receive(rig.said(order, 'confirm'));
  const end = async (): Promise<string> => {
    await runner.idle();
    await runner.stop();
    return outcomeOf(rig.entries(MASTER), order.n);
  };
  return { rig, order, runner, service, proved, runsAs, confirm, end };
}

async function confirmToANewRunner(rig: Rig, order: Order): Promise<void> {
  const again = rig.runner(MASTER);
  await again.start();
  await again.receive(rig.said(order, 'confirm'));
  await again.idle();
  await again.stop();
}

const failures = (rig: Rig) => rig.entries(MASTER).filter(({ type }) => type === 'failed');

describe('A master that is confirmed after its service has died', () => {
  test('goes back if the service dies again and again', async () => {
    const { rig, proved, runsAs, confirm, end } = await switched();
    runsAs('running', proved + 4);
    const dies = rig.clock.sleep(1000).then(() => runsAs('running', proved + 8));
    await confirm();
    await dies;
    expect([await end(), bound(rig)]).toEqual(['put-back', rig.old.thumbprint]);
    const data = { ran: proved, pid: proved + 8 };
    expect(failures(rig)).toEqual([expect.objectContaining({ code: 'ServiceRestartsItself', data })]);
  });

  test.each<[string, State]>([
    ['stays down', 'stopped'],
    ['is only starting', 'start-pending'],
  ])('goes back if the service %s', async (_, state) => {
    const { rig, proved, runsAs, confirm, end } = await switched();
    runsAs(state, 0);
    await confirm();
    expect([await end(), bound(rig)]).toEqual(['put-back', rig.old.thumbprint]);
    const data = { ran: proved, found: state, role: 'master' };
    expect(failures(rig)).toEqual([expect.objectContaining({ code: 'ServiceNotRunning', data })]);
  });

  test('stays if the service died once and has kept its new process since', async () => {
    const { rig, proved, runsAs, confirm, end } = await switched();
    runsAs('running', proved + 4);
    await confirm();
    expect([await end(), bound(rig)]).toEqual(['applied', rig.refs().new?.thumbprint]);
  });

  test('is judged by what its journal says if its runner was restarted meanwhile', async () => {
    const { rig, order, runner, runsAs } = await switched();
    await runner.stop();
    runsAs('stopped', 0);
    await confirmToANewRunner(rig, order);
    expect([outcomeOf(rig.entries(MASTER), order.n), bound(rig)]).toEqual(['put-back', rig.old.thumbprint]);
  });

  test.each([
    ['while it looks again', 1000],
    ['before it goes back', 2001],
    ['while it goes back', 2100],
  ])('goes back if its runner is stopped %s', async (_, ms) => {
    const { rig, order, runner, runsAs, confirm } = await switched();
    runsAs('stopped', 0);
    await confirm();
    await rig.clock.sleep(ms);
    await runner.stop();
    await confirmToANewRunner(rig, order);
    expect([outcomeOf(rig.entries(MASTER), order.n), bound(rig)]).toEqual(['put-back', rig.old.thumbprint]);
    expect(failures(rig)).toEqual([expect.objectContaining({ code: 'ServiceNotRunning' })]);
  });

  test('is not shown to somebody at the machine as waiting for its confirmation once that is known', async () => {
    const { rig, runsAs, confirm, end } = await switched();
    runsAs('stopped', 0);
    await confirm();
    await end();
    const lines = rig.journalOf(MASTER).read();
    const until = lines.findIndex(({ line }) => line.entry.type === 'failed') + 1;
    const state = lines.slice(0, until).reduce(foldRunner, initialRunnerState);
    const shown = { own: rig.config(MASTER), version: '0', seen: { master: null, own: [] }, isPaused: false };
    const said = statusLines({ ...shown, state, holder: null, now: rig.clock.now(), time: String }).join('\n');
    expect(said).toContain('It goes back by itself (ServiceNotRunning), whether the bot confirms it or not.');
    expect(said).not.toContain('unless');
  });

  test('says that it was asked to go back, not that its service fell, if that restarts the service meanwhile', async () => {
    const { rig, runner, order, proved, runsAs, confirm, end } = await switched();
    runsAs('running', proved + 4);
    await confirm();
    await rig.clock.sleep(500);
    await runner.undoHere(order.rotation);
    await rig.clock.sleep(5000);
    expect([await end(), bound(rig)]).toEqual(['put-back', rig.old.thumbprint]);
    expect(failures(rig)).toEqual([expect.objectContaining({ code: 'StopAsked' })]);
  });

  test('stays if its service cannot be seen: the look at the end tells', async () => {
    const { service, confirm, end } = await switched();
    const facts = { ...service.facts };
    let looks = 0;
    Object.defineProperty(service, 'facts', {
      get() {
        looks += 1;
        if (looks === 1) throw new CertopsError('ToolTimedOut', { tool: 'sc' });
        return facts;
      },
    });
    await confirm();
    expect([await end(), looks]).toEqual(['applied', 1]);
  });
});
