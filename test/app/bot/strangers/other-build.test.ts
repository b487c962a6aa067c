import { type BotRig, createBotRig, saidOf } from '../rig.ts';

const BOT = '0.1.0+1a2b3c4d';

let rig: BotRig;
afterEach(() => rig.stop());

async function ready(version: string): Promise<void> {
  rig = await createBotRig({ version });
  await rig.start();
  await rig.pass(16_000);
}

const cards = (): string => JSON.stringify(rig.chat.cards());

describe('a runner of another build than the bot', () => {
  test.each(['/ssis runners', '/ssis status'])('is named by %s, with what to do', async (line) => {
    await ready(BOT);
    const said = JSON.stringify(await rig.type('mei', line));
    expect(said).toContain(`"runners.builds","data":{"bot":"${BOT}","hosts":["sqlm01","sqlw01","sqlw02"]}`);
  });

  test('is marked in the list of runners', async () => {
    await ready(BOT);
    const said = JSON.stringify(await rig.type('mei', '/ssis runners'));
    expect(said.match(/"version":"0\.0\.0","isOther":true/gu)).toHaveLength(3);
  });

  test('is named on the card before anybody approves', async () => {
    await ready(BOT);
    await rig.type('mei', '/ssis rotate-master because Yearly renewal');
    await rig.pass(5_000);
    expect(cards()).toContain(
      `"warning.other-build","data":{"hosts":["sqlm01","sqlw01","sqlw02"],"version":"0.0.0","bot":"${BOT}"}`,
    );
  });
});

test('nothing is said if all are of one build', async () => {
  await ready('0.0.0');
  for (const line of ['/ssis runners', '/ssis status'])
    expect(saidOf(await rig.type('mei', line))).not.toContain('runners.builds');
  await rig.type('mei', '/ssis rotate-master because Yearly renewal');
  await rig.pass(5_000);
  expect(cards()).toContain('"kind":"plan"');
  expect(cards()).not.toContain('warning.other-build');
});
