import type { ProxyWhy } from '../proxy-why.ts';

export function proxyWords({ reason, proxy, target, found }: ProxyWhy): string | null {
  if (reason === 'proxy-away')
    return `代理 ${proxy} 没有应答（${found}）。请将 CERTOPS_HTTPS_PROXY 或 HTTPS_PROXY 与代理的主机和端口对照，并确认本机可以访问它。`;
  if (reason === 'proxy-not-secure')
    return `经由代理 ${proxy} 无法证实对方就是 ${target}（${found}）。如果代理会解开 TLS，请在 NODE_EXTRA_CA_CERTS 中写明其 CA 证书文件，或让代理不要解开到 ${target} 的连接。`;
  if (reason !== 'proxy-refused') return null;
  return `代理 ${proxy} 拒绝了到 ${target} 的连接（${found}）。${todo(String(found), target, String(proxy))}`;
}

function todo(found: string, target: unknown, proxy: string): string {
  if (found.startsWith('HTTP 407')) {
    const first = proxy.includes('@')
      ? '代理不接受给出的用户名和密码，请核对'
      : '请在 CERTOPS_HTTPS_PROXY 中写明用户名和密码：http://USER:PASSWORD@HOST:PORT';
    return `${first}；机器人只支持 Basic 验证。或让代理免验证放行本机。`;
  }
  if (/^HTTP 50[234]/u.test(found)) return `代理自身无法访问 ${target}：请联系代理的管理员。`;
  if (found === 'no HTTP') return '在那里应答的不是 HTTP 代理：请核对主机和端口。';
  return `请让代理放行本机到 ${target} 的连接（CONNECT）。`;
}
