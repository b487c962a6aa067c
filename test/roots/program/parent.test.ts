import { jest } from '@jest/globals';

const ALL = ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP'] as const;
const native = process.platform;
afterAll(() => Object.defineProperty(process, 'platform', { value: native }));

test.each([
  ['win32', ['SIGINT', 'SIGBREAK', 'SIGHUP']],
  ['linux', ['SIGINT', 'SIGTERM']],
])('on %s a process ends in an orderly way, once, on %j', async (platform, signals) => {
  Object.defineProperty(process, 'platform', { value: platform });
  jest.resetModules();
  const { onEnd } = await import('../../../src/roots/program/parent.ts');
  const exit = jest.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
  const before = ALL.map((signal) => process.listeners(signal));
  const added = () => ALL.filter((signal, at) => process.listeners(signal).length > (before[at]?.length ?? 0));
  let stopped = 0;
  onEnd(async () => {
    stopped += 1;
  }, false);
  try {
    expect([...added()].sort()).toEqual([...signals].sort());
    for (const signal of added()) process.emit(signal);
    await new Promise(setImmediate);
    expect(stopped).toBe(1);
    expect(exit.mock.calls).toEqual([[0]]);
  } finally {
    exit.mockRestore();
    ALL.forEach((signal, at) => {
      for (const listener of process.listeners(signal))
        if (!before[at]?.includes(listener)) process.off(signal, listener);
    });
  }
});
