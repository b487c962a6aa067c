import type { ParsedStep } from '../../../../src/app/runner/change/job.ts';
import { CertopsError } from '../../../../src/domain/errors.ts';
import type { MadeCertificate, PlannedStep } from '../../../../src/domain/plan/plan.ts';
import type { Facts, HostName } from '../../../../src/domain/values.ts';
import type { HostChange } from '../../../../src/ports/windows-host.ts';
import { notMet } from '../../../../src/steps/define-step.ts';
import type { Step } from '../../../../src/steps/index.ts';
import { jobOn } from './job-on.ts';

/** A change of a machine that holds numbers: it sets one of them. */
interface SetNumber {
  readonly name: string;
  readonly to: number;
}

/** What a tool does in place of what it is asked for; what it throws is what it says. */
type Tool = (asked: SetNumber, doIt: () => void, signal: AbortSignal) => void | Promise<void>;

/** An order on a machine that holds a number for each step; a step brings its own from 0 to its goal, one by one. */
export function numbersJob(order: Parameters<typeof jobOn>[1] = {}) {
  const machine = {
    numbers: {} as { [name: string]: number },
    /** What its tools were asked for, in order. */
    asked: [] as string[],
    tool: ((_asked, doIt) => doIt()) as Tool,
    /** Called at each look. */
    look: (() => {}) as () => void,
    halfImportsEnded: 0,
  };
  const perform = async (change: HostChange, signal: AbortSignal): Promise<void> => {
    const asked = change as never as SetNumber;
    machine.asked.push(`${asked.name}=${asked.to}`);
    const doIt = (): void => {
      machine.numbers[asked.name] = asked.to;
    };
    await machine.tool(asked, doIt, signal);
  };
  const endHalfImport = async (): Promise<void> => {
    machine.halfImportsEnded += 1;
  };
  /** What went into the Windows event log. */
  const events: string[] = [];
  const event = async (_id: number, sentence: string): Promise<void> => void events.push(sentence);
  const host = { machine, perform, endHalfImport, event };
  return { ...jobOn(host, order), machine, events };
}

export const plannedStep = (name: string, expected: Facts = { value: 0 }, kind = 'write-setting'): PlannedStep => ({
  ...{ id: name, kind, host: 'sqlm01' as HostName, params: null, expected },
});

/** The step of that name, to that goal. */
export function numberStep(name: string, to: number, how: Partial<Step> = {}, planned = plannedStep(name)): ParsedStep {
  const numberOf = (facts: Facts): number => facts.value as number;
  const step: Step = {
    kind: planned.kind,
    parse: () => null,
    say: () => ({ id: 'step', data: {} }) as never,
    decisive: '*',
    async observe(host) {
      const { machine } = host as never as { readonly machine: ReturnType<typeof numbersJob>['machine'] };
      machine.look();
      return { value: machine.numbers[name] ?? 0 };
    },
    goal: () => ({ value: to }),
    judge: (now, wanted) => (now.value === wanted.value ? { met: true } : notMet('Differs', now, wanted)),
    move: (now, wanted) => towards(name, numberOf(now), numberOf(wanted)),
    ...how,
  };
  return { planned, step, params: null };
}

function towards(name: string, from: number, to: number): readonly HostChange[] {
  const by = Math.sign(to - from);
  const values = Array.from({ length: Math.abs(to - from) }, (_, nth) => from + by * (nth + 1));
  return values.map((value) => ({ type: 'setting.write', name, to: value }) as never);
}

export const certificate = (letter: string): MadeCertificate => ({ thumbprint: letter.repeat(40) as never, der: 'AA' });

export const fail = (code = 'ToolFailed'): never => {
  throw new CertopsError(code, {});
};

/** A tool that does what it is asked, and says that it failed. */
export const doesBut =
  (code: string): Tool =>
  (_asked, doIt) => {
    doIt();
    fail(code);
  };

/** A step that may still arrive at its goal by itself. */
export const pendingStep = (to: number, how: Partial<Step> = {}): ParsedStep =>
  numberStep('a', to, {
    judge: (now, wanted) => (now.value === wanted.value ? { met: true } : notMet('Differs', now, wanted, true)),
    ...how,
  });
