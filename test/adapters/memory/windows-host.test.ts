import { createRig } from '../../app/runner/rig.ts';
import { windowsHostContract } from '../../contract/windows-host.ts';

windowsHostContract('a host in memory', async () => {
  const rig = await createRig();
  return { host: rig.windowsHost, close: async () => {} };
});
