import { emptyDisk } from '../../../../adapters/memory/journal.ts';
import { say } from '../../../../cards/wording/index.ts';
import type { BotEntry } from '../../../../src/domain/journal/entries.ts';
import type { Message } from '../../../../src/domain/values.ts';
import type { ChangeWindow } from '../../../../src/domain/when/windows.ts';
import { type BotRig, type BotRigOptions, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HOSTS = { sqlm01: ['master'], sqlw01: ['worker'] } as const;
/** The clock begins at 12:00. */
const IN_5: ChangeWindow = { cron: '5 12 * * *', lengthMs: 10 * MINUTE, zone: 'UTC' };

/** Approved by two, and waiting for its window. */
async function waiting(hosts: BotRigOptions['hosts'] = HOSTS, said = ''): Promise<void> {
  rig = await createBotRig({ hosts, farm: { windows: [IN_5] } });
  await rig.start();
  await rig.type('mei', `/ssis rotate-master ${said}because Yearly`);
  await rig.planned();
  await rig.vote('ana');
  await rig.vote('tom');
}

/** The machine says nothing as long as the window is open. */
async function missed(hosts?: BotRigOptions['hosts']): Promise<void> {
  await waiting(hosts);
  rig.silence('sqlw01', true);
  await rig.closed();
  expect(rig.rotation().closed).toMatchObject({
    outcome: 'refused',
    data: { code: 'StartMissed', hosts: ['sqlw01'] },
  });
}

const words = (): readonly (readonly Message[])[] =>
  rig.chat.notes.map(({ notice }) => notice.messages).filter(([first]) => first?.id === 'note.not-asked');
const isTold = (): Promise<void> => rig.until(() => words().length > 0);
const ids = (): readonly string[] => rig.state().order;

/** The bot is gone for that long, and what the runners said meanwhile is lost. */
async function away(ms: number): Promise<void> {
  await rig.stopBot();
  await rig.clock.sleep(ms);
  rig.post.wipe();
  await rig.startBot();
}

describe('A request whose start was missed because a machine was silent', () => {
  test('is reported once, with the machine and the line to type, and is made again, once, when that machine is back', async () => {
    await missed();
    await isTold();
    await rig.pass(10 * MINUTE);
    expect(words().map((messages) => messages.map(({ id }) => id))).toEqual([['note.not-asked', 'anew.no-runner']]);
    const said = (words()[0] ?? []).map((one) => say(one, 'en')).join(' ');
    expect(said).toContain('/ssis rotate-master in prod because Yearly');
    expect(said).toContain('No runner answers on sqlw01: start it there.');
    expect(ids()).toEqual(['prod-1']);
    rig.silence('sqlw01', false);
    await rig.planned('prod-2');
    expect(rig.rotation('prod-2')).toMatchObject({
      by: { id: 'mei' },
      reason: 'Yearly',
      replaces: 'prod-1',
      votes: [],
    });
    await rig.pass(MINUTE);
    expect(ids()).toEqual(['prod-1', 'prod-2']);
    expect(words()).toHaveLength(1);
  });

  test('is made again by a bot that was restarted in between, and nothing is said twice', async () => {
    await missed();
    await isTold();
    await away(2 * HOUR);
    await rig.pass(2 * MINUTE);
    expect(ids()).toEqual(['prod-1']);
    expect(words()).toHaveLength(1);
    rig.silence('sqlw01', false);
    await rig.planned('prod-2');
    expect(rig.rotation('prod-2')).toMatchObject({ reason: 'Yearly', replaces: 'prod-1' });
  });

  test('is not made again if somebody has made another request in the meantime', async () => {
    await missed({ ...HOSTS, sqlw02: ['worker'] });
    await isTold();
    expect(saidOf(await rig.type('wei', '/ssis rotate-worker sqlw02 because It is due'))).toEqual(['looking']);
    await rig.planned('prod-2');
    await rig.type('wei', '/ssis stop prod-2');
    await rig.closed('prod-2');
    rig.silence('sqlw01', false);
    await rig.pass(2 * MINUTE);
    expect(ids()).toEqual(['prod-1', 'prod-2']);
  });

  test('is not made again by a bot whose folder was restored from a copy, and no id is given out twice', async () => {
    await missed();
    const copy = emptyDisk<BotEntry>();
    copy.lines.push(...rig.disk.lines);
    rig.silence('sqlw01', false);
    await rig.planned('prod-2');
    await rig.stopBot();
    rig.clock.set(rig.clock.now() + HOUR);
    await rig.startBot(copy);
    await rig.pass(5 * MINUTE);
    expect(ids()).toEqual(['prod-1']);
    await rig.type('mei', '/ssis rotate-master because Yearly');
    await rig.planned('prod-3');
  });
});

test('the word at the end of a plan that the farm file has outrun, without a vote, is not that it cannot be planned', async () => {
  rig = await createBotRig({ hosts: HOSTS });
  await rig.start();
  await rig.type('mei', '/ssis rotate-master because Yearly');
  await rig.planned();
  await rig.stopBot();
  Object.assign(rig.farm, { approval: { ...rig.farm.approval, quorum: rig.farm.approval.quorum - 1 } });
  await rig.startBot();
  await rig.vote('ana');
  await rig.until(() => rig.rotation().closed !== null);
  await rig.pass(MINUTE);
  const ends = rig.chat.notes.flatMap(({ notice }) => notice.messages.filter(({ id }) => id === 'note.refused'));
  expect(ends.map((one) => say(one, 'en'))).toEqual(['prod-1 was not begun. Nothing has been changed.']);
});

test.each([
  ['', 'refused.ticket-missing'],
  ['ticket INC1 ', 'refused.ticket-not-matching'],
])(
  'A request (%s) that now lacks a required ticket is reported with the line to type, and is not made again by itself',
  async (said, why) => {
    await waiting(HOSTS, said);
    await rig.stopBot();
    const ticket = { pattern: 'CHG[0-9]{7}', example: 'CHG0012345', required: true, link: null };
    Object.assign(rig.farm, { ticket });
    await rig.startBot();
    await rig.until(() => rig.rotation().closed !== null);
    expect(rig.rotation().closed?.data).toMatchObject({ code: 'PolicyChanged' });
    await rig.pass(MINUTE);
    const lacks = () =>
      rig.chat.notes.map(({ notice }) => notice.messages).filter(([first]) => first?.id === 'note.lacks-ticket');
    expect(lacks().map((messages) => messages.map(({ id }) => id))).toEqual([['note.lacks-ticket', why]]);
    expect(words()).toEqual([]);
    const line = String(lacks()[0]?.[0]?.data.words);
    expect(line).toBe('rotate-master in prod because Yearly');
    expect(saidOf(await rig.type('mei', `/ssis ${line.replace(' because', ' ticket CHG0012345 because')}`))).toEqual([
      'looking',
    ]);
  },
);

test('A request whose requester has left the farm file is not made again in their name, and the approvers are told', async () => {
  await waiting();
  await rig.stopBot();
  Object.assign(rig.farm, { people: rig.farm.people.filter(({ id }) => id !== 'mei') });
  await rig.startBot();
  await rig.until(() => rig.rotation().closed !== null);
  await isTold();
  expect(words()[0]?.map(({ id }) => id)).toEqual(['note.not-asked', 'refused.requester-gone']);
  const told = rig.chat.notes.find(({ notice }) => notice.messages[0]?.id === 'note.not-asked');
  expect(told?.mention.map(({ id }) => id)).toEqual(['ana', 'tom', 'wei']);
  await rig.pass(2 * MINUTE);
  expect(ids()).toEqual(['prod-1']);
  // Whoever asks types what was said.
  const line = String(words()[0]?.[0]?.data.words);
  expect(saidOf(await rig.type('wei', line))).toEqual(['looking']);
});
