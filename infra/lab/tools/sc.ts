import type { Operation } from '../faults/table.ts';
import type { ScmState } from '../services/scm.ts';
import type { ServiceConfig } from '../world/state.ts';
import { type Machine, type Said, said, type ToolProgram } from './tool.ts';

const SENTENCES: { readonly [code: number]: string } = {
  1051: 'A stop control has been sent to a service that other running services are dependent on.',
  1053: 'The service did not respond to the start or control request in a timely fashion.',
  1056: 'An instance of the service is already running.',
  1058: 'The service cannot be started, either because it is disabled or because it has no enabled devices associated with it.',
  1060: 'The specified service does not exist as an installed service.',
  1061: 'The service cannot accept control messages at this time.',
  1062: 'The service has not been started.',
  1068: 'The dependency service or group failed to start.',
  1069: 'The service did not start due to a logon failure.',
};

const STATES = ['', 'STOPPED', 'START_PENDING', 'STOP_PENDING', 'RUNNING'] as const;

const APIS: { readonly [operation in Operation]?: string } = {
  'sc-start': 'StartService',
  'sc-stop': 'ControlService',
  'sc-query': 'EnumQueryServicesStatus:OpenService',
};

const OPERATIONS: { readonly [verb: string]: Operation } = {
  start: 'sc-start',
  stop: 'sc-stop',
  query: 'sc-query',
  queryex: 'sc-query',
};

export const sc: ToolProgram = {
  operation: (args) => {
    const verb = args[0]?.toLowerCase();
    return OPERATIONS[verb ?? ''] ?? null;
  },
  run: async (machine, args) => {
    const [verb = '', name = ''] = args;
    const service = machine.host.service(name);
    const call = CALLS[verb.toLowerCase()];
    if (call === undefined) return said(1639, 'ERROR:  Unrecognized command\n');
    return service === null ? failed(call.api, 1060) : call.run(machine, service, name);
  },
  failure: (operation) => failed(APIS[operation] ?? 'OpenService', 5, 'Access is denied.'),
  success: (operation, args) => {
    const state = operation === 'sc-start' ? 2 : 3;
    return said(0, status({ state, pid: 4321, exitCode: 0 }, args[1] ?? '', operation === 'sc-start'));
  },
};

interface Call {
  readonly api: string;
  run(machine: Machine, service: ServiceConfig, typed: string): Said | Promise<Said>;
}

const CALLS: { readonly [verb: string]: Call } = {
  query: {
    api: 'EnumQueryServicesStatus:OpenService',
    run: ({ scm }, service, typed) => said(0, status(scm.query(service), typed, false)),
  },
  queryex: {
    api: 'EnumQueryServicesStatus:OpenService',
    run: ({ scm }, service, typed) => said(0, status(scm.query(service), typed, true)),
  },
  qc: { api: 'OpenService', run: (_machine, service) => said(0, configuration(service)) },
  enumdepend: {
    api: 'EnumDependentServices:OpenService',
    run: ({ host, scm }, service) => {
      const dependents = host.state.services.filter((each) => each.dependsOn.includes(service.name));
      const blocks = dependents.map((each) => status(scm.query(each), each.name, false)).join('');
      return said(0, `Enum: entriesRead  = ${dependents.length}\n${blocks}`);
    },
  },
  qfailure: { api: 'OpenService', run: (_machine, service) => said(0, failureActions(service)) },
  start: {
    api: 'StartService',
    run: async ({ scm }, service, typed) => {
      const code = await scm.start(service);
      return code === 0 ? said(0, status(scm.query(service), typed, true)) : failed('StartService', code);
    },
  },
  stop: {
    api: 'ControlService',
    run: ({ scm }, service, typed) => {
      const code = scm.stop(service);
      return code === 0 ? said(0, status(scm.query(service), typed, false)) : failed('ControlService', code);
    },
  },
};

const failed = (api: string, code: number, sentence = SENTENCES[code]): Said =>
  said(code, `[SC] ${api} FAILED ${code}:\n\n${sentence ?? ''}\n\n`);

/** The block that query, queryex, start and stop print; the name as it was typed. */
function status(now: ScmState, typed: string, extended: boolean): string {
  const line = (label: string, value: string): string => `        ${label.padEnd(19)}: ${value}`;
  const accepts =
    now.state === 4 ? '(STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)' : '(NOT_STOPPABLE, NOT_PAUSABLE, IGNORES_SHUTDOWN)';
  const code = now.state === 1 ? now.exitCode : 0;
  const hint = now.state === 2 || now.state === 3;
  return [
    '',
    `SERVICE_NAME: ${typed} `,
    line('TYPE', '10  WIN32_OWN_PROCESS  '),
    line('STATE', `${now.state}  ${STATES[now.state]} `),
    ...(now.state === 1 ? [] : [`                                ${accepts}`]),
    line('WIN32_EXIT_CODE', `${code}  (0x${code.toString(16)})`),
    line('SERVICE_EXIT_CODE', '0  (0x0)'),
    line('CHECKPOINT', hint ? '0x1' : '0x0'),
    line('WAIT_HINT', hint ? '0x7530' : '0x0'),
    ...(extended ? [line('PID', String(now.pid)), line('FLAGS', '')] : []),
    '',
  ].join('\n');
}

function configuration(service: ServiceConfig): string {
  const line = (label: string, value: string): string => `        ${label.padEnd(19)}: ${value}`;
  const start = { auto: '2   AUTO_START', manual: '3   DEMAND_START', disabled: '4   DISABLED' }[service.start];
  return [
    '[SC] QueryServiceConfig SUCCESS',
    '',
    `SERVICE_NAME: ${service.name}`,
    line('TYPE', '10  WIN32_OWN_PROCESS '),
    line('START_TYPE', start),
    line('ERROR_CONTROL', '1   NORMAL'),
    line('BINARY_PATH_NAME', service.image),
    line('LOAD_ORDER_GROUP', ''),
    line('TAG', '0'),
    line('DISPLAY_NAME', service.displayName),
    ...(service.dependsOn.length === 0 ? [line('DEPENDENCIES', '')] : []),
    ...service.dependsOn.map((name, index) =>
      index === 0 ? line('DEPENDENCIES', name) : `${' '.repeat(27)}: ${name}`,
    ),
    line('SERVICE_START_NAME', service.account),
    '',
  ].join('\n');
}

const failureActions = (service: ServiceConfig): string =>
  [
    '[SC] QueryServiceConfig2 SUCCESS',
    '',
    `SERVICE_NAME: ${service.name}`,
    '        RESET_PERIOD (in seconds)    : 0',
    '        REBOOT_MESSAGE               : ',
    '        COMMAND_LINE                 : ',
    '',
  ].join('\n');
