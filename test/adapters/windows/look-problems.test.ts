import { serviceProblems } from '../../../adapters/windows/look-problems.ts';
import { accountSid } from '../../../adapters/windows/services/account.ts';
import type { ServiceFacts } from '../../../src/domain/host-facts.ts';
import { fakeContext } from './fake-context.ts';

const context = fakeContext({
  run: async () => {
    throw new Error('nothing is asked');
  },
});

test.each([
  ['NT Service\\SSISScaleOutMaster150', 'S-1-5-80-1-2-3-4-5', false],
  ['LocalSystem', 'S-1-5-18', false],
  ['NT AUTHORITY\\NETWORK SERVICE', 'S-1-5-20', false],
  // set-up writes these in the language of Windows
  ['NT-AUTORITÄT\\Netzwerkdienst', 'S-1-5-20', false],
  ['AUTORITE NT\\SERVICE LOCAL', 'S-1-5-19', false],
  ['CONTOSO\\gmsa-ssis$', 'S-1-5-21-1-2-3-1104', false],
  ['gmsa-ssis$@contoso.com', 'S-1-5-21-1-2-3-1104', false],
  ['CONTOSO\\svc-ssis', 'S-1-5-21-1-2-3-1105', true],
  ['svc-ssis@contoso.com', 'S-1-5-21-1-2-3-1105', true],
  ['.\\ssis', 'S-1-5-21-4-5-6-1001', true],
])('whether a service under %s depends on a password: %s %s', async (account, sid, depends) => {
  const service: ServiceFacts = {
    name: 'SSISScaleOutMaster150',
    state: 'running',
    pid: 1,
    start: 'auto',
    account,
    accountSid: sid,
    folder: 'C:\\x',
    dependents: [],
  };
  const codes = (await serviceProblems(context, 'master', service)).map(({ code }) => code);
  expect(codes).toEqual(depends ? ['password-account'] : []);
});

test('accounts of Windows itself are known without asking it', async () => {
  expect(await accountSid(context, 'NT AUTHORITY\\NetworkService')).toBe('S-1-5-20');
});
