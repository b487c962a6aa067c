import { ofService } from '../../../src/app/runner/failure.ts';

const DOWN = { code: 'ServiceNotRunning', data: { found: 'stopped', wanted: 'running' } };

test.each([
  ['service-runs', { role: 'worker' }, 'worker'],
  ['restart-service', { role: 'master' }, 'master'],
  ['service.restart', { type: 'service.restart', role: 'worker' }, 'worker'],
  ['presents', { port: 8391 }, 'master'],
  ['worker-connected', {}, 'worker'],
])('a service that does not run is told of as the one that %s is about', (kind, params, role) => {
  expect(ofService(DOWN, { kind, params })).toEqual({ ...DOWN, data: { ...DOWN.data, role } });
});

test('any other failure is told of as it is', () => {
  const other = { code: 'SettingMoved', data: {} };
  expect(ofService(other, { kind: 'write-setting', params: { role: 'worker' } })).toEqual(other);
  expect(ofService(DOWN, { kind: 'trust-certificate', params: null })).toEqual(DOWN);
});
