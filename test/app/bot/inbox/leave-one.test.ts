import { say } from '../../../../cards/wording/index.ts';
import type { Json } from '../../../../src/domain/values.ts';
import type { NeedsPersonView } from '../../../../src/domain/views/view.ts';
import type { Reply } from '../../../../src/ports/chat.ts';
import { type BotRig, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const WORKERS = { sqlm01: ['master'], sqlw01: ['worker'], sqlw02: ['worker'], sqlw03: ['worker'] } as const;
const card = (): NeedsPersonView => {
  const view = rig.chat.cards().at(-1);
  if (view?.kind !== 'needs-person') throw new Error(`no such card: ${view?.kind}`);
  return view;
};
const isAsked = (...unknown: readonly string[]): boolean => {
  const view = rig.chat.cards().at(-1);
  return view?.kind === 'needs-person' && unknown.every((name) => view.unknown.includes(name as never));
};
const click = (who: string, verb: string, hosts?: Json, { digest } = card()) =>
  rig.click(who, verb, { rotation: 'prod-1', digest, ...(hosts === undefined ? {} : { hosts }) });
const said = async (reply: Promise<Reply>) => saidOf(await reply);
const firstOf = (reply: Reply) => (reply.type === 'notice' ? reply.notice.messages[0]?.data : undefined);
const mend = (name: string): void => void rig.world.machines.get(name)?.faults.delete('service.restart');

/** The services of two workers do not start, on the way forward or back. */
async function asked(): Promise<void> {
  rig = await createBotRig({
    hosts: WORKERS,
    farm: { gap: { limitMs: 600_000, leaveBehind: 2, canary: 1, concurrency: 50 } },
  });
  await rig.start();
  for (const name of ['sqlw02', 'sqlw03'])
    rig.world.machines.get(name)?.faults.set('service.restart', { kind: 'fail', times: 500 });
  await rig.approved();
  await rig.until(() => isAsked('sqlw02', 'sqlw03'));
}

async function leave(...hosts: readonly string[]): Promise<void> {
  expect(await said(click('mei', 'leave', hosts.join(' ')))).toEqual(['resolve.leave-behind']);
  await rig.until(() => card().asked !== null);
  const told = () => rig.chat.notes.flatMap(({ notice }) => notice.messages.filter(({ id }) => id === 'note.asked'));
  await rig.until(() => told().length > 0);
  expect(told().at(-1)?.data.hosts).toEqual(card().asked?.hosts ?? []);
  for (const who of ['ana', 'tom']) expect(await said(click(who, 'approve'))).toEqual(['approved']);
}

test('when one of two unknown workers is left behind, the card goes on asking about the other alone', async () => {
  await asked();
  expect(card()).toMatchObject({ unknown: ['sqlw02', 'sqlw03'], leaveOne: ['sqlw02', 'sqlw03'] });
  await leave('sqlw03');
  await rig.until(() => isAsked('sqlw02') && !isAsked('sqlw03'));
  expect(card()).toMatchObject({ asked: null, unknown: ['sqlw02'] });
  expect(card().leaveOne).toBeUndefined();
  expect(rig.rotation()).toMatchObject({ closed: null, resolved: { sqlw03: { choice: 'leave-behind' } } });
  mend('sqlw02');
  expect(await said(click('tom', 'put-back'))).toEqual(['resolve.put-all-back']);
  await rig.until(() => card().asked !== null);
  for (const who of ['ana', 'wei']) await click(who, 'approve');
  await rig.closed();
  expect(rig.rotation().closed).toMatchObject({ outcome: 'put-back', data: { left: ['sqlw03'] } });
  await rig.until(() => rig.chat.cards().at(-1)?.kind === 'closed');
  const ended = rig.chat.cards().at(-1);
  expect(ended).toMatchObject({
    evidence: expect.arrayContaining([{ state: 'bad', what: { id: 'proof.left-as-it-is', data: { host: 'sqlw03' } } }]),
    next: expect.arrayContaining([{ id: 'next.left-unproved', data: { hosts: ['sqlw03'], farm: 'prod' } }]),
    // It may be cut off still: nobody has measured that.
    gaps: expect.arrayContaining([{ host: 'sqlw03', ms: [], failed: true }]),
  });
  const note = () => rig.chat.notes.find(({ notice }) => notice.messages.some(({ id }) => id === 'note.put-back'));
  await rig.until(() => note() !== undefined);
  expect(note()?.notice.messages).toContainEqual({ id: 'note.left-as-it-is', data: { hosts: ['sqlw03'] } });
  // Somebody starts it by hand: it has followed nobody.
  const { settings, services } = rig.world.machines.get('sqlw03') ?? {};
  if (settings?.worker === undefined || services?.worker === undefined) throw new Error('sqlw03');
  settings.worker.MasterHttpsCertThumbprint = rig.world.old.thumbprint;
  services.worker.read = { ...settings.worker };
  services.worker.facts = { ...services.worker.facts, state: 'running', pid: 4711 };
  rig.clock.set(rig.clock.now() + 3_700_000);
  await rig.pass(20_000);
  await rig.type('mei', '/ssis certs');
  await rig.pass(60_000);
  const later = rig.chat.cards().findLast((view) => view.kind === 'closed' && view.id === 'prod-1');
  const thumbprint = rig.world.old.thumbprint;
  expect(later?.kind === 'closed' ? later.evidence : []).toContainEqual({
    state: 'good',
    what: { id: 'proof.rejoined', data: { hosts: ['sqlw03'], thumbprint, at: expect.any(String), asItWas: true } },
  });
});

test('to stop once more what has gone back, and waits for a person, is refused with whom it waits for', async () => {
  await asked();
  expect(await said(click('mei', 'stop'))).toEqual(['stopping']);
  await rig.until(() => rig.rotation().turned !== null);
  await rig.pass(120_000);
  const again = await rig.type('ana', '/ssis stop prod-1');
  expect(saidOf(again)).toEqual(['refused.waits-for-person']);
  expect(firstOf(again)).toEqual({ id: 'prod-1', hosts: ['sqlw02', 'sqlw03'], paused: false });
  const other = await rig.type('ana', '/ssis rotate-master because Yearly');
  expect(saidOf(other)).toEqual(['refused.open-rotation']);
  expect(firstOf(other)).toMatchObject({ ends: 'waits-for-person' });
});

test('an older button that names nobody leaves behind all machines in question', async () => {
  await asked();
  expect(await said(click('mei', 'leave'))).toEqual(['resolve.leave-behind']);
  await rig.until(() => card().asked !== null);
  expect(card().asked).not.toHaveProperty('hosts');
  for (const who of ['ana', 'tom']) await click(who, 'approve');
  await rig.closed();
  expect(rig.rotation().closed).toMatchObject({ outcome: 'left-behind', data: { left: ['sqlw02', 'sqlw03'] } });
});

test('naming all of them, one by one, asks the question about all', async () => {
  await asked();
  await click('mei', 'leave', 'sqlw03 sqlw02');
  await rig.until(() => card().asked !== null);
  expect(card().asked).toEqual({ choice: 'leave-behind', by: expect.objectContaining({ id: 'mei' }) });
});

test('when two people click at the same moment, the second is told what the first has asked, and about whom', async () => {
  await asked();
  const [first, second] = await Promise.all([click('mei', 'leave', 'sqlw02'), click('ana', 'leave', 'sqlw03')]);
  expect(saidOf(first)).toEqual(['resolve.leave-behind']);
  expect(saidOf(second)).toEqual(['refused.decides-already']);
  expect(firstOf(second)).toMatchObject({ by: 'Mei Lin', hosts: ['sqlw02'] });
});

test('a click on a machine that is no longer in question is refused, and names those that are', async () => {
  await asked();
  const before = card();
  await leave('sqlw03');
  await rig.until(() => isAsked('sqlw02') && !isAsked('sqlw03'));
  const late = await click('mei', 'leave', 'sqlw03', before);
  expect(saidOf(late)).toEqual(['refused.not-in-question']);
  expect(firstOf(late)).toMatchObject({ hosts: ['sqlw03'], asked: ['sqlw02'] });
  expect(await said(click('mei', 'leave', 'sqlw02', before))).toEqual(['refused.stale-plan']);
  expect(await said(click('mei', 'leave', undefined, before))).toEqual(['refused.stale-plan']);
});

test.each([[''], [7], [null], [`<b> ${'x'.repeat(300)}`], [['sqlw02']], [{ sqlw02: true }]] as const)(
  'what names no machine leaves nobody behind: %j',
  async (hosts) => {
    await asked();
    const reply = await click('mei', 'leave', hosts as Json);
    expect(saidOf(reply)).toEqual(['refused.not-in-question']);
    expect(firstOf(reply)).toMatchObject({ hosts: [] });
    expect(rig.rotation().resolve).toBeNull();
  },
);

describe('resolve ID leave NAME', () => {
  test('answers with a button that asks to leave the machine behind', async () => {
    await asked();
    const reply = await rig.type('mei', '/ssis resolve prod-1 leave SQLW03');
    expect(saidOf(reply)).toEqual(['resolve.leave-some']);
    expect(firstOf(reply)).toMatchObject({ hosts: ['sqlw03'], rest: ['sqlw02'] });
    expect(rig.rotation().resolve).toBeNull();
    const [button] = reply.type === 'notice' ? reply.notice.actions : [];
    if (button === undefined) throw new Error('no button');
    expect(await said(rig.click('mei', button.verb, button.data as never))).toEqual(['resolve.leave-behind']);
    await rig.until(() => card().asked !== null);
    expect(card().asked?.hosts).toEqual(['sqlw03']);
    expect(await said(rig.type('tom', '/ssis resolve prod-1 leave behind sqlw02'))).toEqual([
      'refused.decides-already',
    ]);
  });

  test('says of the last machine in question that the rotation would be closed without it', async () => {
    await asked();
    await leave('sqlw03');
    await rig.until(() => isAsked('sqlw02') && !isAsked('sqlw03'));
    const reply = await rig.type('mei', '/ssis resolve prod-1 leave sqlw02');
    expect(saidOf(reply)).toEqual(['resolve.leave-some']);
    const [message] = reply.type === 'notice' ? reply.notice.messages : [];
    if (message === undefined) throw new Error('nothing was said');
    expect(say(message, 'en')).toBe('prod-1 would be closed without sqlw02.');
    expect(say(message, 'zh-CN')).toMatch(/prod-1 .*结束/u);
  });

  test.each([
    ['sqlw01', 'refused.not-in-question'],
    ['sqlw09', 'refused.not-in-question'],
    ['', 'wrong.leave-whom'],
    ['a|b', 'wrong.not-a-machine'],
  ])('is refused for the name %s', async (name, code) => {
    await asked();
    expect(await said(rig.type('mei', `/ssis resolve prod-1 leave ${name}`))).toEqual([code]);
  });

  test('says so when nothing is unknown any more', async () => {
    await asked();
    await leave('sqlw02', 'sqlw03');
    await rig.closed();
    expect(await said(rig.type('mei', '/ssis resolve prod-1 leave sqlw02'))).toEqual(['refused.nothing-unknown']);
  });
});
