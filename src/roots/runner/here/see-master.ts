import type { SeenHere } from '../../../app/runner/here/status-lines.ts';
import { parseEndpoint } from '../../../domain/machine/endpoint.ts';
import { parseThumbprint } from '../../../domain/values.ts';
import type { HostReader } from '../../../ports/windows-host.ts';

/** What its master presents to this machine's worker, by one handshake. null: no worker, or its file cannot be read. */
export const seeMaster = (host: Pick<HostReader, 'setting' | 'handshake'>): Promise<SeenHere['master']> =>
  askMaster(host).catch(() => null);

async function askMaster(host: Pick<HostReader, 'setting' | 'handshake'>): Promise<SeenHere['master']> {
  const text = await host.setting('worker', 'MasterEndpoint');
  const accepts = parseThumbprint(await host.setting('worker', 'MasterHttpsCertThumbprint').catch(() => ''));
  const endpoint = parseEndpoint(text);
  if (endpoint === null) return { endpoint: text.slice(0, 300), thumbprint: null, accepts };
  const { thumbprint } = await host.handshake({ ...endpoint, servername: endpoint.host });
  return { endpoint: text.trim().slice(0, 300), thumbprint, accepts };
}
