import type { Fault } from '#lib/core/fault.ts';
import type { ResourceSample } from '#lib/core/resource/sample.ts';

/** What a target takes, or why that is not known. */
export type Heard = Fault | ResourceSample;

/** Where the samples of one target come from: at most one a second. `begin` answers how to end that. */
export interface ResourceSource {
  begin(tell: (heard: Heard) => void): () => void;
}
