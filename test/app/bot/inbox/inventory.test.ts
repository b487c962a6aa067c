import { renderAdaptiveCard } from '../../../../cards/adaptive-card.ts';
import { renderBlockKit } from '../../../../cards/block-kit.ts';
import { LIMITS, sizeOf } from '../../../../cards/limits.ts';
import { say } from '../../../../cards/wording/index.ts';
import type { Desk } from '../../../../src/app/bot/desk.ts';
import { certs } from '../../../../src/app/bot/inbox/certs.ts';
import { answerCerts } from '../../../../src/app/bot/inbox/certs-meant.ts';
import { certsOf } from '../../../../src/app/bot/inbox/certs-of.ts';
import type { Inbox } from '../../../../src/app/bot/inbox/route.ts';
import { parseCommand } from '../../../../src/domain/request/grammar.ts';
import type { Message, Thumbprint } from '../../../../src/domain/values.ts';
import type { NoticeView } from '../../../../src/domain/views/view.ts';
import type { ChatIntent, Reply } from '../../../../src/ports/chat.ts';
import { type BotRig, type BotRigOptions, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const HOUR = 3_600_000;

async function ready(options: BotRigOptions = {}): Promise<void> {
  rig = await createBotRig(options);
  await rig.start();
  // Each has said hello: a bot that has just started knows nothing of its runners.
  await rig.pass(20_000);
}

async function answered(text: string): Promise<NoticeView> {
  const reply = await rig.type('mei', text);
  if (reply.type !== 'notice') throw new Error(`a ${reply.type}`);
  return reply.notice;
}
const idsOf = ({ messages }: NoticeView): readonly string[] => messages.map(({ id }) => id);
const find = ({ messages }: NoticeView, id: string): Message | undefined => messages.find((one) => one.id === id);
const inWords = ({ messages }: NoticeView): string => messages.map((one) => say(one, 'en')).join('\n');
const looks = (): number => rig.disk.lines.filter(({ line }) => line.entry.type === 'ordered').length;

describe('certs', () => {
  test('names a machine that was never looked at, and asks for a look without waiting for it', async () => {
    await ready();
    const before = rig.clock.now();
    const first = await answered('/ssis certs');
    expect(rig.clock.now()).toBe(before);
    expect(idsOf(first)).toEqual(['certs.nothing', 'certs.not-looked', 'certs.asked']);
    expect(find(first, 'certs.not-looked')?.data).toEqual({ hosts: ['sqlm01', 'sqlw01', 'sqlw02'], silent: [] });
    expect(inWords(first)).not.toMatch(/\b0\b/u);
    expect(first.actions).toMatchObject([{ verb: 'type', data: { text: '/ssis certs prod' } }]);
    await rig.pass(5_000);
    const second = await answered('/ssis certs prod');
    expect(idsOf(second)).toEqual(['certs.farm', 'certs.way', 'certs.certificate', 'certs.certificate']);
    expect(second.actions).toEqual([]);
  });

  test('says of each certificate what it is, where it is used and as of when', async () => {
    await ready();
    // The workers' own certificate lies in no store of their machines.
    for (const host of ['sqlw01', 'sqlw02']) rig.world.machines.get(host)?.stores.My.clear();
    await answered('/ssis certs');
    await rig.pass(5_000);
    const words = inWords(await answered('/ssis certs'));
    expect(words).toMatch(
      /^prod: 2 certificates in use on 3 machines, worst first, as of \d+ \w+ \d{4}, \d\d:\d\d UTC\.$/mu,
    );
    expect(words).toMatch(
      /^ABABAB…ABAB – no look has read it.* On sqlw01 and sqlw02: set as .*; not to be found in My\.$/mu,
    );
    expect(words).toMatch(
      /ends in 15 days, on \d+ \w+ \d{4}: a key of 2048 bits, SHA-256, name sqlm01\. On sqlm01: presented at .*; bound to 0\.0\.0\.0:8391; set as SSLCertThumbprint;.* On sqlw01 and sqlw02: pinned; trusted\.$/mu,
    );
  });

  test('asks again after an hour, once, and shows what it knows meanwhile', async () => {
    await ready();
    await rig.remind();
    const before = looks();
    await rig.pass(50 * 60_000);
    expect(idsOf(await answered('/ssis certs'))).not.toContain('certs.asked');
    expect(looks()).toBe(before);
    await rig.pass(11 * 60_000);
    rig.post.faults.away = false;
    const [one, two] = [await answered('/ssis certs'), await answered('/ssis certs')];
    for (const notice of [one, two])
      expect(idsOf(notice)).toEqual([
        'certs.farm',
        'certs.way',
        'certs.asked',
        'certs.certificate',
        'certs.certificate',
      ]);
    expect(looks()).toBe(before + 3);
    await rig.pass(5_000);
    expect(idsOf(await answered('/ssis certs'))).not.toContain('certs.asked');
  });

  test('asks again after a minute, and not before, for an answer that never came', async () => {
    await ready();
    const { office } = rig.post;
    const { toHost } = office;
    const losing: typeof toHost = async (host, letter) => (host === 'sqlw02' ? undefined : toHost(host, letter));
    Object.assign(office, { toHost: losing });
    await answered('/ssis certs');
    Object.assign(office, { toHost });
    await rig.pass(55_000);
    const before = looks();
    expect(find(await answered('/ssis certs'), 'certs.not-looked')?.data.hosts).toEqual(['sqlw02']);
    expect(looks()).toBe(before);
    await rig.pass(6_000);
    await answered('/ssis certs');
    expect(looks()).toBe(before + 1);
    await rig.pass(5_000);
    expect(idsOf(await answered('/ssis certs'))).not.toContain('certs.not-looked');
  });

  test('names machines whose runner is silent, and asks the others', async () => {
    await ready();
    await rig.remind();
    await rig.stopRunner('sqlw02');
    await rig.pass(2 * HOUR);
    const notice = await answered('/ssis certs');
    expect(find(notice, 'certs.silent')?.data).toEqual({ hosts: ['sqlw02'] });
    expect(find(notice, 'certs.asked')?.data).toEqual({ hosts: ['sqlm01', 'sqlw01'] });
  });

  test('asks nobody while a rotation runs, or while letters cannot be sent', async () => {
    await ready();
    await rig.type('mei', '/ssis rotate-master because Yearly');
    await rig.planned();
    await rig.pass(2 * HOUR);
    await rig.vote('ana');
    await rig.vote('tom');
    const notice = await answered('/ssis certs');
    expect(find(notice, 'certs.held-rotation')?.data).toEqual({ id: 'prod-1' });
    expect(idsOf(notice)).not.toContain('certs.asked');
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('proved');
    const before = looks();
    await rig.pass(2 * HOUR);
    rig.post.faults.away = true;
    expect(idsOf(await answered('/ssis certs'))).toContain('certs.held-queue');
    expect(looks()).toBe(before);
  });

  test('survives a restart: what was seen is shown with its age', async () => {
    await ready();
    await rig.remind();
    const at = rig.state().latest.sqlm01?.at ?? '';
    await rig.stopBot();
    await rig.pass(3 * HOUR);
    await rig.startBot();
    const notice = await answered('/ssis certs');
    expect(find(notice, 'certs.certificate')?.data).toMatchObject({ from: expect.any(String) });
    expect(JSON.stringify(notice)).toContain(at.slice(0, 16));
    // It has heard nobody yet, and asks as soon as it has.
    expect(idsOf(notice)).toContain('certs.held-start');
    await rig.pass(20_000);
    expect(find(await answered('/ssis certs'), 'certs.asked')?.data.hosts).toHaveLength(3);
  });
});

describe('certs of one machine', () => {
  /** The line of an old certificate that nobody uses any more, in each look of this machine. */
  const leftover = (at: number) => ({
    thumbprint: `C${at.toString(16).toUpperCase().padStart(39, '0')}`,
    stores: ['Root' as const],
    keys: [],
    users: [],
    subject: 'CN=old',
    notAfter: new Date(rig.clock.now() + at * 24 * HOUR).toISOString(),
    mark: `certops prod-${at}`,
    lastUsed: new Date(rig.clock.now() - at * 24 * HOUR).toISOString(),
  });

  test('tells everything about it, with whole thumbprints, and where else each is used', async () => {
    await ready();
    await rig.remind();
    const notice = await answered('/ssis certs SQLW01');
    expect(idsOf(notice)).toEqual(['certs.host', 'certs.of-host', 'certs.of-host']);
    const { masterThumbprint, workerThumbprint } = rig.state().latest.sqlw01?.worker ?? {};
    const words = inWords(notice);
    expect(words).toMatch(/^sqlw01 of prod: 2 certificates in use, as its look on \d+ \w+ \d{4}, .* saw it\.$/mu);
    for (const thumbprint of [masterThumbprint, workerThumbprint]) expect(words).toContain(thumbprint);
    expect(words).toMatch(
      /ends in 15 days, on .*, begun on .*: a key of 2048 bits, SHA-256, name sqlm01\. Here: pinned; trusted\. On sqlm01: presented at .* On sqlw02: pinned; trusted\.$/mu,
    );
    const locale = { language: 'en' as const, timeZone: 'UTC' };
    expect(JSON.stringify(renderBlockKit(notice, 'other', locale, [], 'whole'))).toContain(`\`${masterThumbprint}\``);
  });

  test.each(['/ssis certs sqlw01 in prod', '/ssis certs prod sqlw01', '/ssis certs sqlw01 prod'])(
    'is also what %s shows',
    async (line) => {
      await ready();
      await rig.remind();
      expect(await answered(line)).toEqual(await answered('/ssis certs sqlw01'));
    },
  );

  test('asks for a look at that machine alone, and says that nobody has looked yet', async () => {
    await ready();
    const notice = await answered('/ssis certs sqlw02');
    expect(idsOf(notice)).toEqual(['certs.not-looked', 'certs.asked']);
    expect(find(notice, 'certs.asked')?.data).toEqual({ hosts: ['sqlw02'] });
    expect(notice.actions).toMatchObject([{ data: { text: '/ssis certs prod sqlw02' } }]);
    expect(looks()).toBe(1);
  });

  test('answers while its runner is off, for that is when somebody types a thumbprint by hand', async () => {
    await ready();
    await rig.remind();
    await rig.stopRunner('sqlw01');
    await rig.pass(2 * HOUR);
    const notice = await answered('/ssis certs sqlw01');
    expect(idsOf(notice)).toEqual(['certs.host', 'certs.silent', 'certs.of-host', 'certs.of-host']);
    expect(inWords(notice)).toContain(rig.state().latest.sqlw01?.worker?.workerThumbprint);
  });

  test('offers the name that may have been meant', async () => {
    await ready();
    const typed = await answered('/ssis certs sqlw1');
    expect(inWords(typed)).toBe('"sqlw1" is no farm and no machine here. Did you mean sqlw01?');
    expect(typed.actions).toMatchObject([{ verb: 'type', data: { text: '/ssis certs sqlw01' } }]);
    const inFarm = await answered('/ssis certs sqlw1 in prod');
    expect(inFarm.actions).toMatchObject([{ data: { text: '/ssis certs prod sqlw01' } }]);
    expect(inWords(await answered('/ssis certs nothing in prod'))).toBe(
      'prod has no machine "nothing". /ssis runners prod names its machines.',
    );
    expect(idsOf(await answered('/ssis certs sqlw01 in test'))).toEqual(['refused.unknown-farm']);
  });

  test.each([
    ['sqlw01 test', 'There is no farm test here. There is prod.'],
    ['test sqlw01', 'There is no farm test here. There is prod.'],
    ['sqlw01 sqlw02', '"sqlw02" is too much after certs: see /ssis help certs.'],
    ['test other', 'There is no farm test here. There is prod.'],
    ['sqlw02 in sqlw01', 'There is no farm sqlw01 here. There is prod.'],
  ])('takes no machine for a farm: %s', async (line, words) => {
    await ready();
    expect(inWords(await answered(`/ssis certs ${line}`))).toBe(words);
  });

  test.each([
    ['sqlw01', 'elsewhere', 'refused.which-farm'],
    ['sqlw01', 'C-test', 'certs.not-looked'],
    ['sqlw01 in test', 'elsewhere', 'certs.not-looked'],
    ['sqlw09', 'elsewhere', 'certs.not-looked'],
    ['test', 'elsewhere', 'certs.nothing'],
    ['prod test', 'elsewhere', 'wrong.too-many-words'],
  ])('in several farms: %s, typed in the channel %s, is answered with %s', async (line, channel, id) => {
    await ready();
    const deskOf = (name: string, hosts: readonly string[]) => ({
      farm: {
        ...rig.farm,
        name,
        hosts: hosts.map((host) => ({ ...rig.farm.hosts[0], name: host })),
        channels: [{ platform: 'web', id: `C-${name}`, name, language: 'en' }],
      },
      state: () => rig.state(),
      moment: () => ({ now: rig.clock.now() }),
    });
    const inbox = {
      desks: [deskOf('prod', ['sqlm01', 'sqlw01']), deskOf('test', ['sqlw01', 'sqlw09'])],
      looks: { ask: async () => ({ asked: [], silent: [], held: null }) },
    };
    const intent = { type: 'command', person: { platform: 'web', account: 'mei' }, channel, text: '' };
    const command = parseCommand(`certs ${line}`);
    if (command.word !== 'certs') throw new Error(command.word);
    const answer = await answerCerts(inbox as unknown as Inbox, intent as ChatIntent, command);
    expect(saidOf(answer as Reply)[0]).toBe(id);
  });

  test('shows the thumbprint of each unused certificate, and for hundreds how to list the rest', async () => {
    await ready();
    await rig.remind();
    const state = rig.state();
    const withLeft = (count: number): NoticeView => {
      const { sqlw01 } = state.latest;
      if (sqlw01 === undefined) throw new Error('not looked at');
      const leftovers = Array.from({ length: count }, (_, at) => leftover(at + 1));
      const latest = { ...state.latest, sqlw01: { ...sqlw01, leftovers } };
      const desk = { farm: rig.farm, state: () => ({ ...state, latest }), moment: () => ({ now: rig.clock.now() }) };
      const fresh = { asked: [], silent: [], held: null };
      const answer = certsOf(desk as unknown as Desk, sqlw01.host, fresh);
      const whole = certs(desk as unknown as Desk, fresh);
      if (answer.type !== 'notice' || whole.type !== 'notice') throw new Error(`a ${answer.type}`);
      for (const one of [answer.notice, whole.notice]) readable(one);
      if (count > 3) {
        // What the farm's answer counts, it says how to reach.
        expect(find(whole.notice, 'certs.left-more')?.data).toMatchObject({ count: count - 3, hosts: ['sqlw01'] });
        expect(find(whole.notice, 'certs.way')?.data.hosts).toContain('sqlw01');
      }
      return answer.notice;
    };
    for (const count of [1, 20, 48]) {
      const words = inWords(withLeft(count));
      for (let at = 1; at <= count; at += 1) expect(words).toContain(leftover(at).thumbprint);
    }
    expect(inWords(withLeft(300))).toContain(
      'And 252 more that nobody uses any more: certutil -store Root and certutil -store My on sqlw01 list them.',
    );
  });
});

describe('runners', () => {
  test('shows of each its version, when it was seen, its clock and its last order', async () => {
    await ready({ skewMs: { sqlw01: 90_000 } });
    await rig.remind();
    const notice = await answered('/ssis runners');
    expect(idsOf(notice)).toEqual(['runners.farm', 'runners.runner', 'runners.runner', 'runners.runner']);
    // A clock that is off comes first.
    const [, first, second] = notice.messages;
    expect(first?.data).toMatchObject({ host: 'sqlw01', skewMs: expect.closeTo(90_000, -3), isOff: true });
    expect(second?.data).toMatchObject({ host: 'sqlm01', version: '0.0.0', lastN: 1, codes: [] });
    const words = inWords(notice);
    expect(words).toMatch(/^prod: 3 of 3 runners answer, version 0\.0\.0\.$/mu);
    expect(words).toMatch(/^sqlw01, last seen on .*clock 1 min \d+ s ahead: nothing is planned until it is set\.$/mu);
    expect(words).toMatch(/^sqlm01, last seen on .* UTC: version 0\.0\.0, last order 1, clock right to a second\.$/mu);
  });

  test('are named by status where a request may be refused because of them, with where to read why', async () => {
    await ready({ skewMs: { sqlw01: 90_000 } });
    const notice = await answered('/ssis status');
    expect(find(notice, 'status.unwell')?.data).toEqual({ hosts: ['sqlw01'] });
    expect(inWords(notice)).toContain(
      'sqlw01: its runner answers, but a request may be refused because of it: /ssis runners says why.',
    );
  });

  test('are not named by status where all is well', async () => {
    await ready();
    expect(idsOf(await answered('/ssis status'))).not.toContain('status.unwell');
  });

  test('names those never heard, then those silent, before the others', async () => {
    rig = await createBotRig();
    await rig.startRunner('sqlm01');
    await rig.startRunner('sqlw01');
    await rig.startBot();
    await rig.pass(1_000);
    await rig.stopRunner('sqlw01');
    await rig.pass(60_000);
    const notice = await answered('/ssis runners');
    expect(idsOf(notice)).toEqual(['runners.farm', 'runners.never', 'runners.silent', 'runners.runner']);
    expect(find(notice, 'runners.never')?.data).toEqual({ hosts: ['sqlw02'] });
    expect(find(notice, 'runners.silent')?.data).toMatchObject({ host: 'sqlw01', version: '0.0.0' });
  });

  test('does not call a runner unheard of if it was heard before the bot was restarted', async () => {
    await ready();
    await rig.remind();
    await rig.stopRunner('sqlw02');
    await rig.stopBot();
    await rig.startBot();
    for (const line of ['/ssis runners', '/ssis status'])
      expect(find(await answered(line), 'runners.early')?.data).toMatchObject({
        hosts: ['sqlm01', 'sqlw01', 'sqlw02'],
      });
    await rig.pass(30_000);
    for (const line of ['/ssis runners', '/ssis status'])
      expect(find(await answered(line), 'runners.not-since')?.data).toMatchObject({ hosts: ['sqlw02'] });
  });

  test('refuses an unknown farm, as certs does, which takes it for a machine if the word farm is missing', async () => {
    await ready();
    expect(idsOf(await answered('/ssis runners test'))).toEqual(['refused.unknown-farm']);
    expect(idsOf(await answered('/ssis certs farm test'))).toEqual(['refused.unknown-farm']);
    expect(idsOf(await answered('/ssis certs test'))).toEqual(['refused.unknown-machine']);
  });
});

test('The answers for a farm of 60 machines can be read in Slack, in Teams and on the page', async () => {
  const worker = (at: number): string => `sqlw${String(at).padStart(3, '0')}.${'x'.repeat(40)}.corp.example`;
  const workers = Array.from({ length: 59 }, (_, at) => [worker(at), ['worker' as const]] as const);
  await ready({ hosts: { sqlm01: ['master'], ...Object.fromEntries(workers) } });
  await answered('/ssis certs');
  await rig.pass(10_000);
  const notices = [await answered('/ssis certs'), await answered('/ssis runners')];
  for (const [name] of workers.slice(0, 40)) await rig.stopRunner(name);
  rig.clock.set(rig.clock.now() + 2 * HOUR);
  await rig.pass(20_000);
  notices.push(await answered('/ssis certs'), await answered('/ssis runners'));
  for (const notice of notices) readable(notice);
});

test('Own certificates of one kind share one line, even if each is also in its worker’s .cer file', async () => {
  await ready();
  await answered('/ssis certs');
  await rig.pass(5_000);
  const { sqlm01, sqlw01, sqlw02 } = rig.state().latest;
  const certificate = sqlm01?.master?.certificate;
  if (!sqlw01?.worker || !sqlw02?.worker || !certificate) throw new Error('no look');
  const owning = (look: typeof sqlw01, letter: string, published: string) => {
    const own = { ...certificate, thumbprint: letter.repeat(40) as Thumbprint, names: [look.host] };
    return { ...look, worker: { ...look.worker, workerThumbprint: own.thumbprint, certificate: own, published } };
  };
  const told = (published: string): readonly string[] => {
    const later = { ...owning(sqlw02, 'D', published), at: new Date(rig.clock.now() + HOUR).toISOString() };
    const latest = { sqlm01, sqlw01: owning(sqlw01, 'C', 'C'.repeat(40)), sqlw02: later };
    const moment = { now: rig.clock.now() };
    const desk = { farm: rig.farm, state: () => ({ ...rig.state(), latest }), moment: () => moment };
    const answer = certs(desk as unknown as Desk, { asked: [], silent: [], held: null });
    if (answer.type !== 'notice') throw new Error(`a ${answer.type}`);
    // Looks of other times: each line says of when it is, and the head does not.
    expect(find(answer.notice, 'certs.farm')?.data).toMatchObject({ at: null });
    expect(inWords(answer.notice)).toMatch(/As of .* to /u);
    return idsOf(answer.notice);
  };
  const [head, master] = [['certs.farm', 'certs.way'], 'certs.certificate'];
  expect(told('D'.repeat(40))).toEqual([...head, master, 'certs.alike']);
  // One that lies in the .cer file alone is told by itself.
  expect(told('E'.repeat(40))).toEqual([...head, master, master, 'certs.alike']);
});

test('Workers whose own certificates share one line are named in the order of the farm file, whichever ends first', async () => {
  await ready();
  await answered('/ssis certs');
  await rig.pass(5_000);
  const { sqlm01, sqlw01, sqlw02 } = rig.state().latest;
  const certificate = sqlm01?.master?.certificate;
  if (!sqlw01?.worker || !sqlw02?.worker || !certificate) throw new Error('no look');
  const owning = (look: typeof sqlw01, letter: string, notAfter: string) => {
    const own = { ...certificate, thumbprint: letter.repeat(40) as Thumbprint, notAfter };
    return { ...look, worker: { ...look.worker, workerThumbprint: own.thumbprint, certificate: own, published: null } };
  };
  const latest = {
    sqlm01,
    sqlw01: owning(sqlw01, 'D', '2027-11-24T12:00:09.000Z'),
    sqlw02: owning(sqlw02, 'C', '2027-11-24T12:00:00.000Z'),
  };
  const desk = { farm: rig.farm, state: () => ({ ...rig.state(), latest }), moment: () => ({ now: rig.clock.now() }) };
  const answer = certs(desk as unknown as Desk, { asked: [], silent: [], held: null });
  if (answer.type !== 'notice') throw new Error(`a ${answer.type}`);
  expect(find(answer.notice, 'certs.alike')?.data.hosts).toEqual(['sqlw01', 'sqlw02']);
  expect(find(answer.notice, 'certs.way')?.data.hosts).toEqual(['sqlw01', 'sqlw02']);
});

test('A master that trusts workers is not among the machines whose own certificates share one line', async () => {
  await ready();
  await rig.type('mei', '/ssis rotate-worker all because Renewal');
  await rig.planned();
  for (const who of ['ana', 'tom']) await rig.vote(who);
  await rig.closed();
  const { sqlm01, ...workers } = rig.state().latest;
  if (!sqlm01) throw new Error('no look');
  const leftovers = Object.values(workers).map(({ worker }) => ({
    ...{ thumbprint: worker?.workerThumbprint as Thumbprint, subject: 'CN=w', notAfter: '2027-11-24T12:00:00.000Z' },
    ...{ mark: 'certops prod-1', lastUsed: null, stores: ['Root' as const], keys: [], users: [] },
  }));
  const latest = { ...workers, sqlm01: { ...sqlm01, leftovers } };
  const desk = { farm: rig.farm, state: () => ({ ...rig.state(), latest }), moment: () => ({ now: rig.clock.now() }) };
  const answer = certs(desk as unknown as Desk, { asked: [], silent: [], held: null });
  if (answer.type !== 'notice') throw new Error(`a ${answer.type}`);
  const both = ['sqlw01', 'sqlw02'];
  expect(find(answer.notice, 'certs.alike')?.data).toMatchObject({ count: 2, hosts: both });
  expect(find(answer.notice, 'certs.way')?.data).toMatchObject({ hosts: both });
  expect(inWords(answer.notice)).not.toContain('no longer used');
});

test('If certificates all end on different days, only a handful get a line, the presented one among them', async () => {
  await ready();
  await answered('/ssis certs');
  await rig.pass(5_000);
  const { sqlm01, sqlw01 } = rig.state().latest;
  const { master } = sqlm01 ?? {};
  const { worker } = sqlw01 ?? {};
  if (sqlm01 === undefined || master?.certificate == null || worker == null) throw new Error('not looked at');
  const { certificate } = master;
  const hosts = Array.from({ length: 200 }, (_, at) => `w${at}.${'x'.repeat(50)}`.slice(0, 63));
  const names = Array.from({ length: 10 }, (_, at) => `${at}.${'y'.repeat(240)}`);
  const looked = hosts.map((host, at) => {
    const thumbprint = at.toString(16).toUpperCase().padStart(40, '0');
    const notAfter = new Date(rig.clock.now() + (at - 3) * 24 * HOUR).toISOString();
    const own = { ...certificate, thumbprint, notAfter, names };
    return [
      host,
      { ...sqlm01, host, master: null, worker: { ...worker, workerThumbprint: thumbprint, certificate: own } },
    ];
  });
  const latest = { ...Object.fromEntries(looked), sqlm01 };
  const farm = { ...rig.farm, hosts: ['sqlm01', ...hosts].map((name) => ({ ...rig.farm.hosts[0], name })) };
  const desk = { farm, state: () => ({ ...rig.state(), latest }), moment: () => ({ now: rig.clock.now() }) };
  const answer = certs(desk as unknown as Desk, { asked: [], silent: [], held: null });
  if (answer.type !== 'notice') throw new Error(`a ${answer.type}`);
  const { messages } = answer.notice;
  expect(messages.map(({ id }) => id)).toEqual([
    ...['certs.farm', 'certs.way'],
    ...Array(10).fill('certs.certificate'),
    'certs.more',
  ]);
  // Whose certificates are counted only is named, and how to see them.
  const { hosts: named, others } = messages[1]?.data ?? {};
  expect((named as readonly string[]).length + Number(others)).toBe(191);
  expect(inWords(answer.notice)).toContain('/ssis certs w');
  // Four have ended; the master's comes last of those with a line, though others end before it.
  expect(messages.slice(2, 6).map(({ data }) => data.days)).toEqual([0, 0, 0, 0]);
  expect(messages[11]?.data).toMatchObject({
    uses: expect.arrayContaining([expect.objectContaining({ kind: 'presents' })]),
  });
  expect(messages[12]?.data).toMatchObject({ count: 191 });
  readable(answer.notice);
});

/** Within the platforms' limits, and nothing had to be cut: it was folded before. */
function readable(notice: NoticeView): void {
  expect(notice.messages.length).toBeLessThanOrEqual(30);
  for (const language of ['en', 'zh-CN'] as const) {
    const { blocks } = renderBlockKit(notice, 'other', { language, timeZone: 'Asia/Shanghai' }, [], 'whole');
    expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(LIMITS.slack.sum);
    expect(sizeOf(renderAdaptiveCard(notice, 'other', language, 'UTC'))).toBeLessThanOrEqual(LIMITS.adaptiveCard.bytes);
    const cut = say({ id: 'closed.lines-cut', data: { left: 7 } }, language).split('7')[1] ?? '';
    expect(JSON.stringify(blocks)).not.toContain(cut);
  }
}
