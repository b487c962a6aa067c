import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jest } from '@jest/globals';
import { createHttpOut } from '../../adapters/http/index.ts';
import { say } from '../../cards/wording/index.ts';
import type { LabOptions } from '../../infra/lab/index.ts';
import type { NoticeView, ReminderView } from '../../src/domain/views/view.ts';
import { type E2e, type E2eOptions, MASTER, openLab, saidOf, startE2e } from './rig.ts';
import { worldOf } from './world.ts';

jest.setTimeout(300_000);

const DAY = 86_400_000;

let opened: Awaited<ReturnType<typeof openLab>>;
let rig: E2e;

afterEach(async () => {
  await rig.stop();
  await opened.end();
});

async function start(of: Partial<LabOptions> = {}, options: E2eOptions = {}): Promise<void> {
  opened = await openLab(of);
  rig = await startE2e(opened.lab, options);
  await rig.until(() => rig.heard());
}

async function answered(text: string): Promise<string> {
  const reply = await rig.type('mei', text);
  if (reply.type !== 'notice') throw new Error(`a ${reply.type}`);
  return reply.notice.messages.map((message) => say(message, 'en')).join('\n');
}

const bound = (): string => opened.lab.machine(MASTER).host.state.bindings[0]?.thumbprint.toUpperCase() ?? '';
const short = (thumbprint: string): string => `${thumbprint.slice(0, 6)}…${thumbprint.slice(-4)}`;
const looked = (): boolean => opened.lab.hosts.every(({ name }) => rig.state().latest[name] !== undefined);
const notices = (id: string): readonly NoticeView[] =>
  rig.chat.cards().filter((view): view is NoticeView => view.kind === 'notice' && view.messages[0]?.id === id);
const reminders = (): readonly ReminderView[] =>
  rig.chat.cards().filter((view): view is ReminderView => view.kind === 'reminder');

describe.each<readonly [string, Partial<LabOptions>]>([
  ['a farm of three machines', {}],
  ['a onebox', { onebox: true, workers: 0 }],
])('In %s', (_what, lab) => {
  test('certs shows what the machines present, bind, pin and trust, and runners shows who answers', async () => {
    await start(lab);
    expect(await answered('/ssis certs')).toContain('asked');
    await rig.until(looked);
    const words = await answered('/ssis certs prod');
    const line = words.split('\n').find((one) => one.includes(short(bound()))) ?? '';
    expect(line).toMatch(/a key of 2048 bits, SHA-256/u);
    expect(line).toMatch(new RegExp(`On ${MASTER}: .*bound to 0\\.0\\.0\\.0:8391`, 'u'));
    expect(line).toMatch(/presented at .*pinned; trusted/u);
    expect(words).toMatch(/as of /iu);
    const said = await answered('/ssis runners');
    for (const { name } of opened.lab.hosts) expect(said).toContain(name);
    expect(said).toContain('0.0.0-e2e');
    // The machines were only looked at.
    expect(rig.state().order).toEqual([]);
  });

  test('a certificate near its end is reported once a day, is snoozed with a reason, and not reported once replaced', async () => {
    await start(lab, {
      farm: { reminders: { days: [14, 7], at: '00:00', owner: 'mei', escalateDays: 7, snoozeDays: 7 } },
    });
    // A day that ends meanwhile would bring another reminder.
    const leftMs = DAY - (rig.now() % DAY);
    if (leftMs < 600_000) await rig.pass(leftMs);
    await rig.until(() => rig.heard());
    await rig.remind();
    await rig.until(() => reminders().length === 1);
    expect(JSON.stringify(reminders()[0])).toContain(bound());
    await rig.remind();
    const snoozed = await rig.click('ana', 'snooze', { farm: 'prod' }, { days: '2', reason: 'Change board' });
    expect(saidOf(snoozed)).toEqual(['snoozed']);
    await rig.until(() => notices('told.snoozed').length === 1);
    expect(reminders()).toHaveLength(1);
    const old = bound();
    await rig.approved();
    expect((await rig.closed()).outcome).toBe('proved');
    // The old one is still in the stores, but nobody presents it any more.
    await rig.pass(8 * DAY);
    await rig.until(() => rig.heard());
    const before = rig.state().reminding;
    await rig.remind();
    // It is recorded first, and then posted.
    expect(rig.state().reminding === before || !JSON.stringify(rig.state().reminding).includes(old)).toBe(true);
    expect(JSON.stringify(reminders().slice(1))).not.toContain(old);
  });
});

describe('A worker that SSISDB saw and the farm file does not know', () => {
  test('stops a request that does not name it, and is left behind by one that does', async () => {
    await start();
    await opened.lab.change(MASTER, { strangers: [{ machine: 'SQLW77', agoMs: 60_000 }] });
    const before = worldOf(opened.lab);
    await rig.type('mei', '/ssis rotate-master because Yearly');
    expect(await rig.closed()).toMatchObject({
      outcome: 'refused',
      data: { code: 'WorkersOutside', hosts: ['SQLW77'] },
    });
    expect(worldOf(opened.lab)).toEqual(before);
    await rig.type('mei', '/ssis rotate-master leave behind sqlw77 because Yearly');
    await rig.until(() => rig.state().order.length === 2 && rig.rotation().plan !== null);
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.until(() => rig.rotation().closed !== null);
    expect(rig.rotation().closed?.outcome).toBe('proved');
  });
});

describe('Outside of chats', () => {
  let server: Server;
  const heard: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const body = Buffer.concat(parts).toString();
        const { event, state, hosts } = body === '' ? { event: 'ping', state: '', hosts: [] } : JSON.parse(body);
        heard.push([event, state, ...hosts].join(' ').trim());
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('a webhook hears that a person is needed and that nobody is any more, and a ping address that the bot is well', async () => {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await start(
      {},
      {
        hasty: true,
        out: createHttpOut({ plainLoopback: true, version: '0.0.0-e2e' }),
        farm: { notify: { webhook: `${address}/hook`, ping: `${address}/ping` } },
      },
    );
    await rig.until(() => heard.includes('ping'));
    await rig.type('mei', '/ssis rotate-master because Yearly');
    await rig.planned();
    // On the way forward and on the way back.
    await opened.lab.break(MASTER, 'sc-start-fails-always');
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.until(() => heard.includes(`needs-person open ${MASTER}`), 120_000);
    await opened.lab.clear();
    const { host, scm } = opened.lab.machine(MASTER);
    for (const service of host.state.services) await scm.start(service);
    await opened.lab.connected();
    const card = rig.chat.cards().findLast((view) => view.kind === 'needs-person');
    await rig.click('mei', 'look', { rotation: 'prod-1', digest: card?.kind === 'needs-person' ? card.digest : '' });
    await rig.until(() => rig.rotation().closed !== null, 120_000);
    await rig.until(() => heard.includes(`needs-person over ${MASTER}`));
  });
});
