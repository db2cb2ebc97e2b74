/**
 * Version of the wire. Raise it, with a line here, whenever a message changes shape; `version.test.ts` fails when the
 * shapes change and the version does not. A browser of another version is told to reload.
 *
 * 1: the first wire: documents, results, runs, files, gateways, kernels.
 * 2: outputs are withheld until they are seen; files are searched, duplicated and uploaded; listings have names alone;
 *    help from the kernel and payloads of runs; the last cells of a large notebook before it is open.
 * 3, in no release yet: runs that cannot be lost: queue, ledger, life of kernels, stored outputs; terminals, clusters, progress,
 *    resources.
 */
export const protocolVersion = 3;
