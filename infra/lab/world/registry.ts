import { createHash } from 'node:crypto';
import type { LabHost } from './host.ts';
import { serviceSid } from './sid.ts';
import type { Binding, ServiceConfig, StoredCertificate } from './state.ts';

type RegistryType = 'REG_SZ' | 'REG_EXPAND_SZ' | 'REG_MULTI_SZ' | 'REG_DWORD' | 'REG_BINARY';

export interface RegistryKey {
  /** Below HKEY_LOCAL_MACHINE. */
  readonly path: string;
  readonly values: readonly (readonly [name: string, type: string, value: string])[];
}

const SERVICES = 'SYSTEM\\CurrentControlSet\\Services';
const HTTP = `${SERVICES}\\HTTP\\Parameters`;
const WINDOWS_NT = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';

/** The machine's registry as far as the lab has one: a view of its state, sorted as reg.exe walks it. */
export function registryOf(host: LabHost): readonly RegistryKey[] {
  const keys: RegistryKey[] = [
    { path: `${HTTP}\\SslBindingInfo`, values: [] },
    { path: `${HTTP}\\SslSniBindingInfo`, values: [] },
    { path: `${HTTP}\\SslCcsBindingInfo`, values: [] },
    { path: 'SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage', values: codePages(host) },
    { path: WINDOWS_NT, values: version(host) },
    ...host.state.bindings.map(bindingKey),
    ...host.state.services.flatMap((service) => serviceKeys(service)),
    ...OTHER_SERVICES.map(
      ([name, image]): RegistryKey => ({
        path: `${SERVICES}\\${name}`,
        values: [
          ['ImagePath', 'REG_EXPAND_SZ', image],
          ['Start', 'REG_DWORD', '0x2'],
          ['Type', 'REG_DWORD', '0x20'],
        ],
      }),
    ),
    ...(host.state.roles.includes('master') ? [CLIENT_SETUP] : []),
    ...profiles(host),
    ...host.state.certificates.map(certificateKey),
    ...Object.entries(host.state.registry).map(
      ([path, values]): RegistryKey => ({
        path,
        values: Object.entries(values).map(([name, [type, value]]) => [name, type, value] as const),
      }),
    ),
  ];
  return withParents(keys).sort((one, other) => (one.path.toLowerCase() < other.path.toLowerCase() ? -1 : 1));
}

/** Where the client tools are, as their set-up registers it. */
export const SQLCMD_FOLDER = 'C:\\Program Files\\Microsoft SQL Server\\Client SDK\\ODBC\\170\\Tools\\Binn';
const CLIENT_SETUP: RegistryKey = {
  path: 'SOFTWARE\\Microsoft\\Microsoft SQL Server\\160\\Tools\\ClientSetup',
  values: [['ODBCToolsPath', 'REG_SZ', `${SQLCMD_FOLDER}\\`]],
};

const OTHER_SERVICES = [
  ['HTTP', 'system32\\drivers\\HTTP.sys'],
  [
    'MSSQLSERVER',
    '"C:\\Program Files\\Microsoft SQL Server\\MSSQL16.MSSQLSERVER\\MSSQL\\Binn\\sqlservr.exe" -sMSSQLSERVER',
  ],
  ['MsDtsServer160', '"C:\\Program Files\\Microsoft SQL Server\\160\\DTS\\Binn\\MsDtsSrvr.exe"'],
  ['W32Time', '%SystemRoot%\\system32\\svchost.exe -k LocalService'],
] as const;

function serviceKeys(service: ServiceConfig): RegistryKey[] {
  const path = `${SERVICES}\\${service.name}`;
  return [
    {
      path,
      values: [
        ['Type', 'REG_DWORD', '0x10'],
        ['Start', 'REG_DWORD', { auto: '0x2', manual: '0x3', disabled: '0x4' }[service.start]],
        ['ErrorControl', 'REG_DWORD', '0x1'],
        ['ImagePath', 'REG_EXPAND_SZ', service.image],
        ['DisplayName', 'REG_SZ', service.displayName],
        ['ObjectName', 'REG_SZ', service.account],
        ['Description', 'REG_SZ', `Runs packages at scale. ${service.displayName}`],
        ...(service.dependsOn.length > 0
          ? ([['DependOnService', 'REG_MULTI_SZ', service.dependsOn.join('\\0')]] as const)
          : []),
      ],
    },
    { path: `${path}\\Security`, values: [['Security', 'REG_BINARY', '01001480']] },
  ];
}

/** A certificate as a store keeps it: one property after another, each as number, encoding, length and bytes. */
function certificateKey({ store, thumbprint, der, friendlyName }: StoredCertificate): RegistryKey {
  const property = (id: number, bytes: Buffer): Buffer => {
    const head = Buffer.alloc(12);
    head.writeUInt32LE(id, 0);
    head.writeUInt32LE(1, 4);
    head.writeUInt32LE(bytes.length, 8);
    return Buffer.concat([head, bytes]);
  };
  const blob = Buffer.concat([
    property(3, Buffer.from(thumbprint, 'hex')),
    ...(friendlyName === undefined ? [] : [property(11, Buffer.from(`${friendlyName}\0`, 'utf16le'))]),
    property(32, Buffer.from(der, 'base64')),
  ]);
  return {
    path: `SOFTWARE\\Microsoft\\SystemCertificates\\${store.toUpperCase()}\\Certificates\\${thumbprint.toUpperCase()}`,
    values: [['Blob', 'REG_BINARY', blob.toString('hex').toUpperCase()]],
  };
}

/** HTTP.SYS keeps a host name's binding under a GUID, with the name as a value; an address is itself the key. */
function bindingKey(binding: Binding): RegistryKey {
  const sni = binding.kind === 'hostnameport';
  const digest = createHash('md5').update(binding.key).digest('hex');
  const guid = digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '{$1-$2-$3-$4-$5}');
  const hex = (value: number): string => `0x${value.toString(16)}`;
  const values: (readonly [string, RegistryType, string])[] = [
    ['AppId', 'REG_BINARY', guidBytes(binding.appId)],
    ['SslCertHash', 'REG_BINARY', binding.thumbprint.toUpperCase()],
    ['SslCertStoreName', 'REG_SZ', binding.store ?? 'MY'],
    ['DefaultSslCertCheckMode', 'REG_DWORD', hex(binding.checkMode)],
    ['DefaultSslRevocationFreshnessTime', 'REG_DWORD', hex(binding.freshness)],
    ['DefaultSslRevocationUrlRetrievalTimeout', 'REG_DWORD', hex(binding.timeout)],
    ['DefaultFlags', 'REG_DWORD', hex(binding.flags)],
  ];
  if (binding.ctlIdentifier !== null) values.push(['DefaultSslCtlIdentifier', 'REG_SZ', binding.ctlIdentifier]);
  if (binding.ctlStore !== null) values.push(['DefaultSslCtlStoreName', 'REG_SZ', binding.ctlStore]);
  if (sni) values.unshift(['HostnamePort', 'REG_SZ', binding.key]);
  return {
    path: `${HTTP}\\${sni ? `SslSniBindingInfo\\${guid}` : `SslBindingInfo\\${binding.key}`}`,
    // The value is absent when no store was named.
    values: values.filter(([name]) => name !== 'SslCertStoreName' || binding.store !== null),
  };
}

/** A GUID in the registry: the first three groups little-endian. */
function guidBytes(guid: string): string {
  const [a = '', b = '', c = '', d = '', e = ''] = guid.replace(/[{}]/gu, '').split('-');
  const swap = (hex: string): string => (hex.match(/../gu) ?? []).reverse().join('');
  return `${swap(a)}${swap(b)}${swap(c)}${d}${e}`.toUpperCase();
}

function codePages(host: LabHost): RegistryKey['values'] {
  const { codePage } = host.state.switches;
  const utf8 = codePage === 65001;
  return [
    ['ACP', 'REG_SZ', utf8 ? '65001' : '1252'],
    ['MACCP', 'REG_SZ', utf8 ? '65001' : '10000'],
    ['OEMCP', 'REG_SZ', String(codePage)],
  ];
}

function version(host: LabHost): RegistryKey['values'] {
  const { build } = host.state.switches;
  const number = { '2016': '14393', '2019': '17763', '2022': '20348', '2025': '26100' }[build];
  return [
    ['ProductName', 'REG_SZ', `Windows Server ${build} Standard`],
    ['CurrentBuild', 'REG_SZ', number],
    ['CurrentBuildNumber', 'REG_SZ', number],
    ['SystemRoot', 'REG_SZ', 'C:\\Windows'],
  ];
}

function profiles(host: LabHost): RegistryKey[] {
  const list = `${WINDOWS_NT}\\ProfileList`;
  const entries = [
    ['S-1-5-18', '%systemroot%\\system32\\config\\systemprofile'],
    ['S-1-5-19', '%systemroot%\\ServiceProfiles\\LocalService'],
    ['S-1-5-20', '%systemroot%\\ServiceProfiles\\NetworkService'],
    ...host.state.services.map((service) => [serviceSid(service.name), profileOf(service)] as const),
  ] as const;
  return entries.map(([sid, folder]) => ({
    path: `${list}\\${sid}`,
    values: [['ProfileImagePath', 'REG_EXPAND_SZ', folder]],
  }));
}

export const profileOf = (service: ServiceConfig): string => `C:\\Windows\\ServiceProfiles\\${service.name}`;

/** Adds the keys that exist only because something is below them. */
function withParents(keys: readonly RegistryKey[]): RegistryKey[] {
  const all = new Map(keys.map((key) => [key.path.toLowerCase(), key] as const));
  for (const key of keys) {
    const parts = key.path.split('\\');
    for (let length = 1; length < parts.length; length++) {
      const parent = parts.slice(0, length).join('\\');
      if (!all.has(parent.toLowerCase())) all.set(parent.toLowerCase(), { path: parent, values: [] });
    }
  }
  return [...all.values()];
}
