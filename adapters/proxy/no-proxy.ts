import { BlockList, isIP, isIPv6 } from 'node:net';

/**
 * What is reached without the proxy: this machine itself, and what NO_PROXY lists, read as curl and others read it:
 * names including their subdomains, addresses, networks such as 10.0.0.0/8, names and addresses with or without a port,
 * and `*` for everything.
 */
export function directTo(noProxy: string): (host: string, port: number) => boolean {
  const networks = new BlockList();
  networks.addSubnet('127.0.0.0', 8);
  networks.addAddress('::1', 'ipv6');
  const names: { readonly name: string; readonly port: number | null }[] = [{ name: 'localhost', port: null }];
  for (const entry of noProxy.toLowerCase().split(/[\s,]+/u)) {
    const [, network = '', bits = ''] = /^([\da-f.:]+)\/(\d{1,3})$/u.exec(entry) ?? [];
    if (isIP(network) !== 0) addNetwork(networks, network, Number(bits));
    else if (entry !== '') names.push(nameIn(entry));
  }
  return (named, port) => {
    const host = bare(named.toLowerCase());
    if (isIP(host) !== 0 && networks.check(host, isIPv6(host) ? 'ipv6' : 'ipv4')) return true;
    return names.some(
      (one) =>
        (one.port === null || one.port === port) &&
        (one.name === '*' || one.name === host || (isIP(host) === 0 && host.endsWith(`.${one.name}`))),
    );
  };
}

/** `.corp`, `*.corp` and `corp` are all in use and mean the same. */
function nameIn(entry: string): { readonly name: string; readonly port: number | null } {
  const [, name = entry, port] = /^(\[[^\]]*\]|[^:]*):(\d{1,5})$/u.exec(entry) ?? [];
  return { name: bare(name.replace(/^\*?\.(?=.)/u, '')), port: port === undefined ? null : Number(port) };
}

const bare = (host: string): string => host.replace(/^\[|\]$|\.$/gu, '');

function addNetwork(networks: BlockList, network: string, bits: number): void {
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  if (bits <= (family === 'ipv6' ? 128 : 32)) networks.addSubnet(network, bits, family);
}
