import { createServer } from 'node:http';

export type FakeDaskDashboard = {
  /** As the form for an attached cluster takes it. */
  readonly place: { readonly address: string; readonly dashboard: string };
  /** How often it was asked about its workers. */
  readonly asked: () => number;
  readonly stop: () => void;
};

const memoryLimit = 4e9;

/**
 * A FAKE: answers as the HTTP server of a Dask scheduler with so many workers would, with figures that move from one
 * answer to the next. Nothing computes there. For measures of what many nodes cost us, and for pictures of them.
 */
export async function startFakeDaskDashboard(nodes: number): Promise<FakeDaskDashboard> {
  let asked = 0;
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const body = path.endsWith('counts.json') ? counts(nodes, asked) : path.endsWith('identity.json') ? {} : null;
    if (body === null) return void response.writeHead(404, { 'content-type': 'text/html' }).end();
    response.setHeader('content-type', 'application/json');
    if (!path.endsWith('identity.json')) return void response.end(JSON.stringify(body));
    asked += 1;
    const listed = Array.from({ length: nodes }, (_, index) => [`tcp://10.0.0.${index}:4000`, worker(index, asked)]);
    response.end(JSON.stringify({ type: 'Scheduler', workers: Object.fromEntries(listed) as unknown }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the fake has no port');
  return {
    place: { address: 'tcp://127.0.0.1:8786', dashboard: `http://127.0.0.1:${address.port}/` },
    asked: () => asked,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function counts(nodes: number, turn: number): object {
  return {
    bytes: 0,
    clients: 2,
    cores: nodes * 4,
    erred: 1,
    hosts: nodes,
    idle: 0,
    memory: 30 + turn,
    processing: nodes * 3,
    released: 0,
    saturated: 0,
    tasks: nodes * 10,
    unrunnable: 0,
    waiting: nodes,
    waiting_data: 0,
    workers: nodes,
    desired_workers: nodes,
  };
}

function worker(index: number, turn: number): object {
  const wave = (Math.sin((turn + index * 3) / 8) + 1) / 2;
  return {
    name: `node-${index}`,
    host: `10.0.0.${index}`,
    nthreads: 4,
    memory_limit: memoryLimit,
    last_seen: Date.now() / 1000,
    metrics: {
      cpu: 400 * wave,
      memory: memoryLimit * (0.2 + 0.6 * wave),
      spilled_bytes: { memory: 0, disk: 0 },
      host_net_io: { read_bps: 1e6 * wave, write_bps: 2e6 * wave },
      host_disk_io: { read_bps: 3e6 * wave, write_bps: 1e6 * wave },
      task_counts: { executing: 3 },
    },
  };
}
