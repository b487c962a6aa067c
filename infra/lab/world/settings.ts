import { readFileSync } from 'node:fs';

/** Settings files as the lab's hosts have them: JSON with a byte order mark and CRLF. */
export function writeSettingsText(settings: { readonly [key: string]: string | number }): Buffer {
  const text = JSON.stringify(settings, null, 2).replace(/\n/gu, '\r\n');
  return Buffer.from(`\ufeff${text}\r\n`, 'utf8');
}

/** What a service reads when it starts, values as text. Throws when the file is missing or is not JSON. */
export function readSettings(file: string): { readonly [key: string]: string } {
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8').replace(/^\ufeff/u, ''));
  if (typeof parsed !== 'object' || parsed === null) throw new Error('settings are no object');
  return Object.fromEntries(Object.entries(parsed).map(([key, value]) => [key, String(value)]));
}

export function masterSettings(options: { port: number; thumbprint: string; sqlServer: string }) {
  return {
    PortNumber: options.port,
    SSLCertThumbprint: options.thumbprint,
    SqlServerName: options.sqlServer,
    CleanupCompletedJobsIntervalInMs: 43200000,
    DealWithExpiredTasksIntervalInMs: 300000,
    MasterHeartbeatIntervalInMs: 30000,
    SqlConnectionTimeoutInSecs: 15,
  };
}

export function workerSettings(options: {
  host: string;
  endpoint: string;
  masterThumbprint: string;
  workerThumbprint: string;
  agentId: string;
}) {
  return {
    DisplayName: options.host.toUpperCase(),
    Description: '',
    MasterEndpoint: options.endpoint,
    MasterHttpsCertThumbprint: options.masterThumbprint,
    WorkerHttpsCertThumbprint: options.workerThumbprint,
    StoreLocation: 'LocalMachine',
    StoreName: 'My',
    AgentHeartbeatInterval: '00:01:00',
    TaskHeartbeatInterval: '00:00:10',
    HeartbeatErrorTollerance: '00:10:00',
    TaskRequestMaxCPU: 70.0,
    TaskRequestMinMemory: 100.0,
    MaxTaskCount: 10,
    LeaseInternval: '00:01:00',
    TasksRootFolder: '',
    TaskLogLevel: 126,
    TaskLogSegment: 0,
    TaskLogEnabled: 'true',
    ExecutionLogCacheFolder: '',
    ExecutionLogMaxBufferLogCount: 10000,
    ExecutionLogMaxInMemoryBufferLogCount: 1000,
    ExecutionLogRetryCount: 3,
    ExecutionLogRetryTimeout: '00:00:20',
    AgentId: options.agentId,
  };
}
