import { isOfWindows } from '../../../adapters/windows/services/account.ts';
import { serviceError } from '../../../adapters/windows/services/query.ts';

test.each([
  ['LocalSystem', true],
  ['.\\LocalSystem', true],
  ['NT AUTHORITY\\SYSTEM', true],
  ['NT AUTHORITY\\NetworkService', true],
  ['NT AUTHORITY\\NETWORK SERVICE', true],
  ['nt authority\\local service', true],
  ['NT SERVICE\\SSISScaleOutMaster160', true],
  // accounts that are only called like one of Windows' own
  ['CONTOSO\\LocalSystem', false],
  ['CONTOSO\\SYSTEM', false],
  ['.\\NetworkService', false],
  ['.\\SSISScaleOutMaster160', false],
  ['NT SERVICE', false],
  ['NT AUTHORITY\\Anybody', false],
  ['CONTOSO\\svc', false],
])('the name alone identifies %s: %s', (account, expected) => {
  expect(isOfWindows(account)).toBe(expected);
});

test.each([
  [5, '[SC] OpenService FAILED 5:', 'AccessDenied'],
  [5, '[SC] EnumQueryServicesStatus:OpenSCManager FAILED 5:', 'AccessDenied'],
  // the service was opened: what stands in the way is not a lack of rights of this process
  [5, '[SC] ControlService FAILED 5:', 'ServiceNotReadable'],
  [1060, '[SC] OpenService FAILED 1060:', 'ServiceMissing'],
  [1069, '[SC] StartService FAILED 1069:', 'ServiceLogonFailed'],
  [7, '[SC] OpenService FAILED 7:', 'ServiceNotReadable'],
])('sc with the number %d and %s is %s', (number, text, code) => {
  expect(serviceError({ number, text }, 'a', 'ServiceNotReadable')).toMatchObject({
    code,
    data: { service: 'a', error: number, output: text },
  });
});
