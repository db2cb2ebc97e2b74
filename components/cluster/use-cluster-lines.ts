import { useEffect, useEffectEvent, useMemo, useState } from 'react';
import type { PickerLines } from '#components/ui/picker-line.ts';
import { useTicker } from '#components/ui/ticker.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { ClusterId, SessionId } from '#lib/core/ids.ts';
import { choiceOfKey, clusterLines } from './cluster-lines.ts';
import { attachNotebook, bind, type KernelStart, launchTemplate } from './cluster-requests.ts';
import { useClusters } from './clusters-store.ts';
import { attachWhenReady, openClusterDialog, waitNoMore } from './open-cluster-dialog.ts';
import { getRecentLines, rememberLine } from './recent-lines.ts';
import { askUnreached, type Unreached } from './unreached.ts';

export type ClusterLinesOf = {
  /** The picker is open: nothing is asked before. */
  readonly open: boolean;
  readonly path: string;
  /** Null: the notebook has no kernel. */
  readonly session: SessionId | null;
  /** Its kernel is there: what it reaches is asked then, and not while it starts. */
  readonly answers: boolean;
  /** The cluster that its kernel finds. */
  readonly bound: ClusterId | null;
};

export type ClusterOffer = {
  readonly lines: readonly PickerLines[];
  /** Carries a chosen line out. The fault, or null when the picker has done its part. */
  readonly choose: (key: string, start: KernelStart | null) => Promise<Fault | null>;
};

const nobody: Unreached = new Map();
const nothing: readonly PickerLines[] = [];

/** What the picker of a notebook offers of clusters. */
export function useClusterLines({ open, path, session, answers, bound }: ClusterLinesOf): ClusterOffer {
  const { clusters, templates } = useClusters(open);
  const now = useTicker(open);
  const ready = (clusters ?? []).filter(({ state, address }) => state === 'ready' && address !== null);
  const asked = open && session !== null && answers ? ready.map(({ id }) => id) : [];
  const unreached = useUnreached(session, asked.join(' '));
  const recent = useMemo(() => (open ? getRecentLines() : []), [open]);
  const lines = useMemo(
    () => (open && clusters !== null ? clusterLines({ clusters, templates, bound, recent, unreached, now }) : nothing),
    [open, clusters, templates, bound, recent, unreached, now],
  );
  const choose: ClusterOffer['choose'] = async (key, start) => {
    const choice = choiceOfKey(key);
    const notebook = { path, start };
    waitNoMore(path);
    switch (choice?.type) {
      case 'cluster': {
        const cluster = clusters?.find(({ id }) => id === choice.id);
        rememberLine(key);
        if (cluster?.state === 'ready') return attachNotebook(path, choice.id, start);
        if (cluster?.state !== 'failed') attachWhenReady(choice.id, notebook);
        openClusterDialog({ kind: 'launch', id: choice.id });
        return null;
      }
      case 'launch': {
        const launched = await launchTemplate(choice.templateId);
        if (isFault(launched)) return launched;
        rememberLine(key);
        attachWhenReady(launched.id, notebook);
        openClusterDialog({ kind: 'launch', id: launched.id });
        return null;
      }
      case 'attach':
        openClusterDialog({ kind: 'attach', notebook });
        return null;
      case 'detach':
        return session === null ? null : bind(session, null);
      case undefined:
        return null;
    }
  };
  return { lines, choose };
}

/** What the kernel says that it does not reach. */
function useUnreached(session: SessionId | null, ids: string): Unreached {
  const [unreached, setUnreached] = useState<Unreached>(nobody);
  const askAll = useEffectEvent(async (of: SessionId, left: AbortSignal) => {
    for await (const known of askUnreached(of, ids.split(' ') as ClusterId[], unreached)) {
      if (left.aborted) return;
      setUnreached(known);
    }
  });
  useEffect(() => {
    if (session === null || ids === '') return;
    const leaving = new AbortController();
    void askAll(session, leaving.signal);
    return () => leaving.abort();
  }, [session, ids]);
  return session === null ? nobody : unreached;
}
