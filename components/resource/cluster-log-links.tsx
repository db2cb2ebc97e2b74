'use client';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { FaultNotice } from '#components/ui/fault-notice.tsx';
import { type ApiReply, callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { ClusterId } from '#lib/core/ids.ts';
import { apiUrl } from '#lib/protocol/http/api-url.ts';

/** The logs of a cluster, each as a file; they are asked for when somebody wants them. */
export function ClusterLogLinks({ id }: { readonly id: ClusterId }) {
  const [found, setFound] = useState<Fault | ApiReply<'listClusterLogs'> | null>(null);
  const ask = async (): Promise<void> => setFound(await callApi('listClusterLogs', { params: { id } }));
  if (found === null || isFault(found))
    return (
      <>
        <Button onClick={() => void ask()}>Logs…</Button>
        {found === null ? null : <FaultNotice fault={found} />}
      </>
    );
  return (
    <>
      {found.logs.length === 0 ? <span>It has written no logs.</span> : null}
      {found.logs.map(({ name, label }) => (
        <a key={name} href={apiUrl('downloadClusterLog', { params: { id, name } })} download>
          {label}
        </a>
      ))}
    </>
  );
}
