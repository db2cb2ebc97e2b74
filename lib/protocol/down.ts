import { clustersChanged } from './clusters-changed.ts';
import { documentAwarenessChanged } from './document-awareness.ts';
import { documentStateMessage } from './document-state.ts';
import { documentUpdated } from './document-update.ts';
import { filesChanged } from './files-changed.ts';
import { gatewaysChanged } from './gateways-changed.ts';
import { kernelLaunchChanged } from './kernel-launch.ts';
import { resourceSampled } from './resource-watch.ts';
import { resultsArrived } from './results-follow.ts';
import { runPayloadMessage } from './run-payload.ts';
import { terminalData } from './terminal-data.ts';
import { terminalStateMessage } from './terminal-state.ts';
import { terminalsChanged } from './terminals-changed.ts';

/** All messages the server sends by itself, by name: the only door down. */
export const downMessages = {
  'document.updated': documentUpdated,
  'document.awarenessChanged': documentAwarenessChanged,
  'document.state': documentStateMessage,
  'kernel.launchChanged': kernelLaunchChanged,
  'results.arrived': resultsArrived,
  'run.payload': runPayloadMessage,
  'files.changed': filesChanged,
  'gateways.changed': gatewaysChanged,
  'clusters.changed': clustersChanged,
  'terminal.data': terminalData,
  'terminal.state': terminalStateMessage,
  'terminals.changed': terminalsChanged,
  'resource.sampled': resourceSampled,
} as const;

export type DownMessages = typeof downMessages;
export type DownName = keyof DownMessages;
