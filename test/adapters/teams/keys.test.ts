import { jest } from '@jest/globals';
import { createServiceKey } from '../../fakes/teams/keys.ts';
import { message, type Rig, said, startRig } from './support.ts';

const { error } = console;
let rig: Rig;
beforeEach(async () => {
  console.error = () => {};
  rig = await startRig();
  rig.bot.reply = async () => said('help.intro');
});
afterEach(async () => {
  console.error = error;
  jest.restoreAllMocks();
  await rig.close();
});

const newKey = createServiceKey('key-2');
const deliver = async (key = rig.service.key): Promise<number> =>
  (await rig.deliver(message(rig.service, 'mei', 'status'), rig.service.token({}, key))).status;
const reads = (): number => rig.service.calls.filter((call) => call.endsWith('/keys')).length;

/** Only what asks `Date.now` sees the time pass. */
function later(ms: number): void {
  const { now } = Date;
  jest.spyOn(Date, 'now').mockImplementation(() => Reflect.apply(now, Date, []) + ms);
}

test('when the service signs with a new key, its deliveries are heard within seconds', async () => {
  expect(await deliver()).toBe(200);
  rig.service.publish(newKey);
  later(11_000);
  expect(await deliver(newKey)).toBe(200);
  expect(await deliver()).toBe(200);
});

test('whoever names keys that do not exist makes the bot read the keys once in ten seconds at most', async () => {
  expect(await deliver()).toBe(200);
  for (let nth = 0; nth < 3; nth += 1) expect(await deliver(newKey)).toBe(401);
  expect(reads()).toBe(1);
  later(11_000);
  expect(await Promise.all([1, 2, 3, 4].map(() => deliver(newKey)))).toEqual([401, 401, 401, 401]);
  expect(await deliver(newKey)).toBe(401);
  expect(reads()).toBe(2);
});
