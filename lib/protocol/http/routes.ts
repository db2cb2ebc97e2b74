import { downloadClusterLog, listClusterEvents, listClusterLogs, readClusterLog } from './cluster-logs.ts';
import {
  changeClusterTemplate,
  createClusterTemplate,
  duplicateClusterTemplate,
  exportClusterTemplate,
  importClusterTemplates,
  listClusterTemplates,
  removeClusterTemplate,
} from './cluster-templates.ts';
import {
  attachCluster,
  checkCluster,
  keepCluster,
  launchCluster,
  listClusters,
  readCluster,
  relaunchCluster,
  scaleCluster,
  setClusterIdle,
  stopCluster,
} from './clusters.ts';
import {
  createFile,
  duplicateFile,
  eraseTrash,
  listFiles,
  listTrash,
  readFile,
  renameFile,
  restoreFile,
  searchFiles,
  trashFile,
  writeFile,
} from './files.ts';
import { addGateway, changeGateway, checkGateway, listGateways, removeGateway, wakeGateway } from './gateways.ts';
import { downloadRunText, eraseHistory, listHistory, readRun, readRunImage } from './history.ts';
import { readImage } from './images.ts';
import { downloadOutputText, readOutputText, searchOutputText } from './output-text.ts';
import { dismissDeath, keepSession, replaySession } from './kernel-life.ts';
import { endSession, interruptSession, listKernels, listSessions, restartSession, startSession } from './kernels.ts';
import { changeQueue, clearQueue, readQueue } from './queues.ts';
import { cancelRun, listRuns, requestRuns } from './runs.ts';
import { health, openapi, signIn, signOut } from './server.ts';
import { changeSettings, readSettings } from './settings.ts';
import { bindCluster, reachClusters } from './session-clusters.ts';
import { closeTerminal, listTerminals, openTerminal } from './terminals.ts';
import { beginUpload, cancelUpload, finishUpload, sendUpload, uploadState } from './uploads.ts';

/** Every route of `/api/v1` by name: the server must handle each (checked by the compiler), the browser calls no other. */
export const routes = {
  health,
  openapi,
  signIn,
  signOut,
  listFiles,
  searchFiles,
  createFile,
  renameFile,
  duplicateFile,
  trashFile,
  listTrash,
  restoreFile,
  eraseTrash,
  readFile,
  writeFile,
  beginUpload,
  uploadState,
  sendUpload,
  finishUpload,
  cancelUpload,
  listGateways,
  addGateway,
  checkGateway,
  changeGateway,
  wakeGateway,
  removeGateway,
  listKernels,
  listSessions,
  startSession,
  interruptSession,
  restartSession,
  endSession,
  replaySession,
  dismissDeath,
  keepSession,
  bindCluster,
  reachClusters,
  readImage,
  readOutputText,
  searchOutputText,
  downloadOutputText,
  requestRuns,
  listRuns,
  cancelRun,
  listHistory,
  readRun,
  readRunImage,
  downloadRunText,
  eraseHistory,
  readSettings,
  changeSettings,
  readQueue,
  changeQueue,
  clearQueue,
  listTerminals,
  openTerminal,
  closeTerminal,
  listClusters,
  readCluster,
  launchCluster,
  attachCluster,
  stopCluster,
  scaleCluster,
  keepCluster,
  setClusterIdle,
  checkCluster,
  relaunchCluster,
  listClusterLogs,
  readClusterLog,
  downloadClusterLog,
  listClusterEvents,
  listClusterTemplates,
  createClusterTemplate,
  changeClusterTemplate,
  removeClusterTemplate,
  duplicateClusterTemplate,
  exportClusterTemplate,
  importClusterTemplates,
} as const;

export type Routes = typeof routes;
export type RouteName = keyof Routes;
