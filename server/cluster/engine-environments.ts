import { join } from 'node:path';
import { fault, type Fault } from '#lib/core/fault.ts';
import type { ProviderEffects } from '#server/kinds/provider/port.ts';
import { ensureEnvironment } from '../setup/python.mjs';
import { SetupError } from '../setup/step.mjs';

export type EngineSetup = typeof ensureEnvironment;

const installing = 'installing ';
/** Whether what a launch waits for is an installation: it waits so once. */
export const isInstalling = (reason: string): boolean => reason.startsWith(installing);

/**
 * Installs engines on first use, each into an environment of its own beside those of the gateway and of notebooks. Two that
 * want one wait for each other. One that was called off is made anew by the next.
 */
export function engineEnvironments(
  root: string,
  venvs: string,
  setUp: EngineSetup = ensureEnvironment,
): ProviderEffects['ensureEngine'] {
  let last: Promise<unknown> = Promise.resolve();
  return async (environment, label, launch) => {
    const { signal, onReason } = launch ?? {};
    const install = async (): Promise<Fault | { readonly python: string }> => {
      try {
        await setUp(root, venvs, environment, label, {
          why: 'first use',
          announce: (what, _why, work) => {
            onReason?.(`${installing}${what}: it is used for the first time`);
            return work();
          },
          ...(signal === undefined ? {} : { signal }),
        });
        return { python: join(venvs, environment, 'bin', 'python') };
      } catch (error) {
        if (signal?.aborted === true) return calledOff;
        if (!(error instanceof SetupError)) throw error;
        const said = error.output === '' ? '' : ` ${error.output.split('\n').slice(-3).join('\n')}`;
        return fault(
          'engine.missing',
          `${label} is not here and could not be installed: ${error.message}${said}`,
          error.hint,
        );
      }
    };
    const before = last;
    const turn = before.then(async () => (signal?.aborted === true ? calledOff : install()));
    last = turn.catch(() => undefined);
    // Whoever still waits for another installation need not wait to be called off.
    let waits = true;
    void before.then(() => (waits = false));
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => waits && resolve(calledOff), { once: true });
      turn.then(resolve, reject);
    });
  };
}

const calledOff = fault('cluster.startCancelled', 'The installation was called off.');
