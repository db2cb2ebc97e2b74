import type { Fault } from '#lib/core/fault.ts';
import type { KernelId } from '#lib/core/ids.ts';
import type { FindEndpoint, GatewayEffects, GatewayKernel } from '../port.ts';

/** What the one client of a kernel needs to find it and to reach it. */
export type JupyterLinkOptions = {
  readonly kernelId: KernelId;
  readonly clientId: string;
  readonly endpoint: FindEndpoint;
  readonly findKernel: () => Promise<Fault | GatewayKernel | null>;
  readonly effects: GatewayEffects;
  readonly pong: boolean;
  /** Whether to use the kernel's subshells where it has them. */
  readonly subshells: boolean;
  /** How long a line may be silent; 15 s where nothing is said. */
  readonly patienceMs?: number | undefined;
  readonly onClose: () => void;
};
