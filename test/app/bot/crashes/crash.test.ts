import { createFakeChat, type FakeChat } from '../fake-chat.ts';
import { insistOnEnd } from '../insist.ts';
import { type BotRig, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const SLACK = 'C-ops';

/**
 * A process that dies at its nth deed: a call of the chat, before or after it was done, or a line of the journal. From
 * there on nothing that it does has any effect.
 */
function dieAt(
  chat: FakeChat,
  nth: number,
): { readonly deeds: () => number; readonly isDead: () => boolean; revive(): void } {
  let deeds = 0;
  let isDead = false;
  let isOver = false;
  const step = (): boolean => {
    deeds += 1;
    if (deeds === nth && !isOver) isDead = true;
    return isDead;
  };
  chat.faults.at = () => {
    if (step()) throw new Error('the process is dead');
  };
  Object.defineProperty(rig.disk, 'full', { configurable: true, get: step, set: () => {} });
  return {
    deeds: () => deeds,
    isDead: () => isDead,
    revive: () => {
      isDead = false;
      isOver = true;
    },
  };
}

/** Mei asks, Ana and Tom approve, each of them until they have been heard; a dead bot is started again. */
async function story(nth: number, chat: FakeChat): Promise<number> {
  rig = await createBotRig({
    chats: [chat],
    farm: {
      channels: [{ platform: 'slack', id: SLACK, name: 'ops', language: 'en' }],
      reminders: { days: [45, 30, 14], at: '09:00', owner: 'mei', escalateDays: 7, snoozeDays: 7 },
    },
  });
  await rig.start();
  const fate = dieAt(chat, nth);
  const insist = async (what: () => Promise<unknown>, isDone: () => boolean): Promise<void> => {
    while (!isDone()) {
      if (fate.isDead()) await rebirth();
      await what().catch(() => {});
      await rig.pass(500);
    }
  };
  const rebirth = async (): Promise<void> => {
    await rig.stopBot();
    fate.revive();
    await rig.startBot();
    await rig.pass(1_000);
  };
  await insist(
    () => rig.remind(),
    () => rig.state().reminding !== null,
  );
  await insist(
    () => rig.type('mei', '/ssis rotate-master because Yearly'),
    () => rig.state().rotations['prod-1']?.plan != null,
  );
  await insistOnEnd(rig, insist);
  for (let turn = 0; turn < 20; turn += 1) {
    if (fate.isDead()) await rebirth();
    await rig.pass(1_000);
  }
  return fate.deeds();
}

const endings = (chat: FakeChat): readonly string[] =>
  chat
    .cards()
    .map(({ kind }) => kind)
    .sort();
const noted = (chat: FakeChat): readonly string[] => chat.notes.map(({ notice }) => notice.messages[0]?.id ?? '');
const times = (said: readonly string[], id: string): number => said.filter((one) => one === id).length;

describe.each([
  ['that can look for its card', true],
  ['that cannot', false],
])('A bot that dies once, at any point, while it uses a chat %s', (_what, finds) => {
  const slack = (): FakeChat => createFakeChat('slack', [SLACK], { finds });

  test('loses no card, and duplicates none that can be looked for; it posts each note once, at worst twice', async () => {
    const whole = await story(0, slack());
    expect(whole).toBeGreaterThan(30);
    let doubled = 0;
    let saidTwice = 0;
    for (let nth = 1; nth <= whole; nth += 1) {
      await rig.stop();
      const chat = slack();
      await story(nth, chat);
      const said = noted(chat);
      const at = `dead at ${nth} of ${whole}: ${endings(chat).join(' ')}; ${said.join(' ')}`;
      expect([at, rig.rotation().closed?.outcome]).toEqual([at, 'proved']);
      if (finds) expect([at, endings(chat)]).toEqual([at, ['closed', 'notice']]);
      // One that is there twice is changed where it was recorded: the reminder is settled there.
      else
        expect([at, new Set(endings(chat).filter((kind) => kind !== 'plan' && kind !== 'reminder'))]).toEqual([
          at,
          new Set(['closed', 'notice']),
        ]);
      expect([at, endings(chat).length <= (finds ? 2 : 3)]).toEqual([at, true]);
      expect([at, times(said, 'note.proved') >= 1]).toEqual([at, true]);
      for (const id of new Set(said)) expect([at, id, times(said, id) <= 2]).toEqual([at, id, true]);
      expect([at, said.length - new Set(said).size <= 1]).toEqual([at, true]);
      doubled += endings(chat).length - 2;
      saidTwice += said.length - new Set(said).size;
    }
    // Else nothing has died where it hurts.
    expect([doubled > 0, saidTwice > 0]).toEqual([!finds, true]);
  }, 300_000);
});

test('a chat that takes a card but loses the answer ends up with one card, which goes on to the end', async () => {
  const slack = createFakeChat('slack', [SLACK]);
  rig = await createBotRig({
    chats: [slack],
    farm: { channels: [{ platform: 'slack', id: SLACK, name: 'ops', language: 'en' }] },
  });
  await rig.start();
  slack.faults.loseAnswers = 3;
  await rig.approved();
  await rig.closed();
  await rig.pass(60_000);
  expect(slack.cards()).toMatchObject([{ kind: 'closed' }]);
});
