import { z } from 'zod';
import { assertNever, type Fault, faultSchema } from '#lib/core/fault.ts';
import { closeSteps, reachStep, stepsSchema } from '#lib/core/steps.ts';

/**
 * The start of a kernel as people follow it: what is being waited for, since when, and how it ended. Kept nowhere: a
 * server that ends forgets it, and its gateway has the kernel or has not.
 */
export const launchSchema = z.object({
  id: z.string(),
  kernelName: z.string(),
  gatewayLabel: z.string(),
  /** `connecting`: the kernel runs, and has not answered yet. */
  state: z.enum(['queued', 'launching', 'connecting', 'ready', 'failed', 'timedOut', 'cancelled']),
  steps: stepsSchema,
  /** Why it failed, with the next step. */
  fault: faultSchema.nullable(),
});
export type Launch = z.infer<typeof launchSchema>;

export type LaunchEvent =
  | {
      readonly type: 'LaunchAsked';
      readonly at: number;
      readonly id: string;
      readonly kernelName: string;
      readonly gatewayLabel: string;
    }
  /** Something else is waited for now. */
  | {
      readonly type: 'LaunchReached';
      readonly at: number;
      readonly id: string;
      readonly state: 'queued' | 'launching' | 'connecting';
      readonly text: string;
    }
  | { readonly type: 'LaunchAnswered'; readonly at: number; readonly id: string }
  | { readonly type: 'LaunchCancelled'; readonly at: number; readonly id: string }
  | { readonly type: 'LaunchFailed'; readonly at: number; readonly id: string; readonly fault: Fault };

export const isLaunchOver = ({ state }: Launch): boolean =>
  state !== 'queued' && state !== 'launching' && state !== 'connecting';

/** A start that is over stays as it is, and what comes late for an earlier one changes nothing. */
export function reduceLaunch(launch: Launch | null, event: LaunchEvent): Launch | null {
  if (event.type === 'LaunchAsked') {
    const { id, kernelName, gatewayLabel } = event;
    return { id, kernelName, gatewayLabel, state: 'queued', steps: [], fault: null };
  }
  if (launch === null || launch.id !== event.id || isLaunchOver(launch)) return launch;
  switch (event.type) {
    case 'LaunchReached':
      return reach(launch, event);
    case 'LaunchAnswered':
      return { ...launch, state: 'ready', steps: closeSteps(launch.steps, event.at) };
    case 'LaunchCancelled':
      return { ...launch, state: 'cancelled', steps: closeSteps(launch.steps, event.at) };
    case 'LaunchFailed': {
      const slow = event.fault.fault === 'gateway.timeout' || event.fault.fault === 'kernel.noAnswer';
      return {
        ...launch,
        state: slow ? 'timedOut' : 'failed',
        steps: closeSteps(launch.steps, event.at),
        fault: event.fault,
      };
    }
    default:
      return assertNever(event);
  }
}

function reach(launch: Launch, { at, state, text }: Extract<LaunchEvent, { type: 'LaunchReached' }>): Launch {
  const steps = reachStep(launch.steps, text, at);
  return steps === launch.steps && launch.state === state ? launch : { ...launch, state, steps };
}
