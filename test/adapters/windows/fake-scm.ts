import type { ToolName, ToolResult, Tools } from '../../../adapters/windows/tools.ts';

const WORDS = [
  '',
  'STOPPED',
  'START_PENDING',
  'STOP_PENDING',
  'RUNNING',
  'CONTINUE_PENDING',
  'PAUSE_PENDING',
  'PAUSED',
];
const STOPPED = 1;
const START_PENDING = 2;
const STOP_PENDING = 3;
const RUNNING = 4;

/** How the next `sc stop` or `sc start` goes. Times in milliseconds of the test's clock. */
export interface Behaviour {
  stopMs?: number;
  startMs?: number;
  /**
   * Numbers that the next calls answer with instead of doing anything; 1053 may be followed by a start all the same.
   */
  stopNumbers?: number[];
  startNumbers?: number[];
  startsAllTheSame?: boolean;
  /** How long after it was running it dies, for each of its processes in turn. */
  livesMs?: number[];
  /** How long it then takes to run again: for each recovery action of Windows in turn. */
  recoverMs?: number[];
  samePid?: boolean;
}

/** sc and reg over one service, with states that come late. */
export class FakeScm implements Tools {
  state = RUNNING;
  pid = 100;
  start = 2;
  account = 'NT Service\\SSISScaleOutMaster160';
  image = '"C:\\Program Files\\Microsoft SQL Server\\160\\DTS\\Binn\\SSISScaleOutMaster.exe" -service';
  names: readonly string[] = ['SSISScaleOutMaster160'];
  dependents: readonly string[] = [];
  clustered = false;
  /** Start type of the cluster service; null: this machine is not a node. */
  clusterStart: number | null = null;
  /** How `reg` prints that. */
  clusterSays = (start: number): string => `    Start    REG_DWORD    0x${start}`;
  readonly calls: string[] = [];
  readonly behaviour: Behaviour;
  readonly now: () => number;
  private later: { at: number; state: number }[] = [];
  /** By Windows: its next process is there already. */
  private isStartedAgain = false;

  constructor(now: () => number, behaviour: Behaviour = {}) {
    this.now = now;
    this.behaviour = behaviour;
  }

  async run(tool: ToolName, args: readonly (string | { shown: string })[]): Promise<ToolResult> {
    const words = args.map((arg) => (typeof arg === 'string' ? arg : arg.shown));
    this.calls.push([tool, ...words].join(' '));
    this.pass();
    const [code, text] = tool === 'sc' ? this.sc(words[0] ?? '', words[1] ?? '') : this.reg(words[1] ?? '');
    return { tool, args: words, code, text, bytes: Buffer.from(text) };
  }

  private pass(): void {
    const due = this.later.filter((one) => one.at <= this.now()).sort((a, b) => a.at - b.at);
    const [first] = due;
    if (first === undefined) return;
    this.later = this.later.filter((one) => one !== first);
    this.enter(first.state, first.at);
    this.pass();
  }

  private enter(state: number, at: number): void {
    const isDead = state === STOPPED && this.state === RUNNING;
    this.state = state;
    if (state === RUNNING) {
      if (!this.behaviour.samePid && !this.isStartedAgain) this.pid += 1;
      this.isStartedAgain = false;
      const lives = this.behaviour.livesMs?.shift();
      if (lives !== undefined) this.later.push({ at: at + lives, state: STOPPED });
    }
    const recovers = isDead ? this.behaviour.recoverMs?.shift() : undefined;
    if (recovers === undefined) return;
    this.state = START_PENDING;
    this.pid += 1;
    this.isStartedAgain = true;
    this.later.push({ at: at + recovers, state: RUNNING });
  }

  private sc(verb: string, name: string): [number, string] {
    const fail = (number: number): [number, string] => [number, `[SC] X FAILED ${number}:\r\n\r\nWords.\r\n`];
    if (!this.names.some((one) => one.toLowerCase() === name.toLowerCase())) return fail(1060);
    if (verb === 'qc') return [0, this.config(name)];
    if (verb === 'enumdepend')
      return [
        0,
        `Enum: entriesRead = ${this.dependents.length}\r\n\r\n${this.dependents.map((one) => block(one)).join('\r\n')}`,
      ];
    if (verb === 'stop') {
      const number = this.behaviour.stopNumbers?.shift() ?? (this.state === STOPPED ? 1062 : 0);
      if (number !== 0) return fail(number);
      this.state = STOP_PENDING;
      this.later.push({ at: this.now() + (this.behaviour.stopMs ?? 100), state: STOPPED });
      // the echo proves nothing
      return [0, block(name, RUNNING)];
    }
    if (verb === 'start') {
      const number = this.behaviour.startNumbers?.shift() ?? (this.state === STOPPED ? 0 : 1056);
      if (number === 0 || this.behaviour.startsAllTheSame) {
        this.state = number === 0 ? START_PENDING : STOPPED;
        this.later.push({ at: this.now() + (this.behaviour.startMs ?? 200), state: RUNNING });
      }
      return number === 0 ? [0, block(name, START_PENDING)] : fail(number);
    }
    return [0, block(name, this.state, this.pid)];
  }

  private config(name: string): string {
    const words = ['BOOT_START', 'SYSTEM_START', 'AUTO_START', 'DEMAND_START', 'DISABLED'];
    const lines = [
      'TYPE               : 10  WIN32_OWN_PROCESS',
      `START_TYPE         : ${this.start}   ${words[this.start]}`,
      'ERROR_CONTROL      : 1   NORMAL',
      `BINARY_PATH_NAME   : ${this.image}`,
      'LOAD_ORDER_GROUP   :',
      'TAG                : 0',
      `DISPLAY_NAME       : ${name}`,
      'DEPENDENCIES       :',
      `SERVICE_START_NAME : ${this.account}`,
    ];
    const told = lines.map((line) => `        ${line}\r\n`).join('');
    return `[SC] QueryServiceConfig SUCCESS\r\n\r\nSERVICE_NAME: ${name}\r\n${told}`;
  }

  private reg(key: string): [number, string] {
    const full = key.replace('HKLM', 'HKEY_LOCAL_MACHINE');
    const name = key.slice(key.lastIndexOf('\\') + 1);
    const node = this.clusterStart === null ? [] : ['ClusSvc'];
    if (name === 'ClusSvc' && this.clusterStart !== null) {
      return [0, `${full}\r\n${this.clusterSays(this.clusterStart)}\r\n\r\n`];
    }
    if (key.endsWith('\\Services'))
      return [0, ['EventLog', ...node, ...this.names, 'W32Time'].map((one) => `${full}\\${one}\r\n`).join('')];
    if (key.startsWith('HKLM\\Cluster') && this.clustered) {
      const own = `${full}\\0f\\Parameters\r\n    ServiceName    REG_SZ    ${this.names[0]}\r\n\r\n`;
      return [0, `${full}\\0f\r\n    Type    REG_SZ    Generic Service\r\n${own}`];
    }
    if (this.names.includes(name)) {
      return [0, `${full}\r\n    ImagePath    REG_EXPAND_SZ    ${this.image}\r\n\r\n${full}\\Security\r\n`];
    }
    return [1, 'ERROR: The system was unable to find the specified registry key or value.\r\n'];
  }
}

const block = (name: string, state = STOPPED, pid = 0): string =>
  [
    '',
    `SERVICE_NAME: ${name}`,
    '        TYPE               : 10  WIN32_OWN_PROCESS',
    `        STATE              : ${state}  ${WORDS[state]}`,
    '        WIN32_EXIT_CODE    : 0  (0x0)',
    '        SERVICE_EXIT_CODE  : 0  (0x0)',
    '        CHECKPOINT         : 0x0',
    '        WAIT_HINT          : 0x0',
    `        PID                : ${state === STOPPED ? 0 : pid}`,
    '        FLAGS              :',
    '',
  ].join('\r\n');
