/**
 * Every setting that is not in the farm file, as data: environment, command line, validation and the reference page
 * derive from this table. Names are of the environment; a flag of the same meaning on the command line goes before it.
 */
export interface Option {
  readonly name: string;
  readonly env: string;
  readonly type: 'text' | 'path' | 'url' | 'port' | 'level';
  /** null: none, or decided where it is used. */
  readonly default: string | null;
  readonly description: string;
  /** Never logged, never shown. */
  readonly secret: boolean;
}

export const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

export const OPTIONS = [
  {
    name: 'redisUrl',
    env: 'REDIS_URL',
    type: 'url',
    default: null,
    description: 'Redis that carries the letters, as redis:// or rediss:// with user and password.',
    secret: true,
  },
  {
    name: 'stateFolder',
    env: 'CERTOPS_STATE',
    type: 'path',
    default: null,
    description:
      'Folder of journals and keys. Runner: %ProgramData%\\certops or /var/lib/certops; bot and demo: .state.',
    secret: false,
  },
  {
    name: 'farmFile',
    env: 'CERTOPS_FARM',
    type: 'path',
    default: 'farm.yaml',
    description: 'The farm file that the bot serves.',
    secret: false,
  },
  {
    name: 'logLevel',
    env: 'CERTOPS_LOG_LEVEL',
    type: 'level',
    default: 'info',
    description: `How much is logged: ${LEVELS.join(', ')}.`,
    secret: false,
  },
  {
    name: 'consolePort',
    env: 'CERTOPS_CONSOLE_PORT',
    type: 'port',
    default: null,
    description: 'Port of the console of a rehearsal, on loopback. When it is taken, or none is named, any free one.',
    secret: false,
  },
  {
    name: 'mode',
    env: 'NODE_ENV',
    type: 'text',
    default: null,
    description: 'production: an in-memory Redis, or one that evicts or does not keep its data, is refused.',
    secret: false,
  },
  {
    name: 'programData',
    env: 'ProgramData',
    type: 'path',
    default: null,
    description: 'Set by Windows: where the state of a runner lives.',
    secret: false,
  },
] as const satisfies readonly Option[];

export type OptionName = (typeof OPTIONS)[number]['name'];
export type Options = { readonly [name in OptionName]: string | null };
