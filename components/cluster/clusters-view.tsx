'use client';
import { Boxes, Ellipsis, Plug, Plus, Power, Rocket } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Menu } from '#components/ui/menu.tsx';
import { FaultNotice } from '#components/ui/fault-notice.tsx';
import styles from '#components/ui/row-list.module.css';
import { SideView } from '#components/ui/side-view.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { StateMark } from '#components/ui/state-mark.tsx';
import { useTicker } from '#components/ui/ticker.ts';
import { isFault } from '#lib/core/fault.ts';
import { clusterPath } from '#lib/core/cluster/cluster-path.ts';
import { clusterManifests } from '#lib/kinds/cluster/manifest.ts';
import { apiUrl } from '#lib/protocol/http/api-url.ts';
import type { ClusterTemplateView } from '#lib/protocol/http/cluster-templates.ts';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';
import { duplicateTemplate, launchTemplate, removeTemplate, sayFault } from './cluster-requests.ts';
import { ageWords, loadWords, markOf, sizeWords, startWords, stateWords, usersWords } from './cluster-words.ts';
import { useClusters } from './clusters-store.ts';
import { EndCluster } from './end-cluster.tsx';
import { IdleEnd } from './idle-end.tsx';
import { openClusterDialog } from './open-cluster-dialog.ts';

export type ClustersViewProps = { readonly onOpen: (path: string) => void };

/** All clusters, with the way to launch or attach another one. */
export function ClustersView({ onOpen }: ClustersViewProps) {
  const { clusters, templates, fault } = useClusters();
  const [ending, setEnding] = useState<ClusterView | null>(null);
  const now = useTicker(true);
  const there = clusters?.filter(({ state }) => state !== 'stopped') ?? [];
  const attach = () => openClusterDialog({ kind: 'attach', notebook: null });
  return (
    <SideView
      title="Clusters"
      tools={<IconButton icon={Plug} size="small" label="Attach a cluster by its address" onClick={attach} />}
    >
      {fault === null ? null : (
        <div className={styles.wait}>
          <FaultNotice fault={fault} />
        </div>
      )}
      {clusters === null && fault === null ? (
        <div className={styles.wait}>
          <Skeleton label="Asking for the clusters" />
        </div>
      ) : null}
      {clusters !== null && there.length === 0 ? (
        <EmptyState icon={Boxes} title="No cluster yet" actions={<Button onClick={attach}>Attach one…</Button>}>
          Launch one of the templates below on this machine, or attach one that others run.
        </EmptyState>
      ) : null}
      <ul className={styles.list} aria-label="Clusters">
        {there.map((cluster) => (
          <li key={cluster.id} className={styles.row} data-cluster-row={cluster.id} data-cluster-state={cluster.state}>
            <button type="button" className={styles.open} onClick={() => onOpen(clusterPath(cluster.id))}>
              <span className={styles.mark}>
                <StateMark status={markOf(cluster)} />
              </span>
              <Words cluster={cluster} now={now} />
            </button>
            <IconButton
              icon={Power}
              size="small"
              label={`${verbOf(cluster)} ${cluster.label}…`}
              disabled={cluster.state === 'stopping'}
              onClick={() => setEnding(cluster)}
            />
            <IdleEnd cluster={cluster} />
          </li>
        ))}
      </ul>
      <section aria-labelledby="templates-title">
        <div className={styles.titleRow}>
          <h3 id="templates-title" className={styles.title}>
            Launch on this machine
          </h3>
          <Menu
            align="end"
            trigger={<IconButton icon={Ellipsis} size="small" label="More about templates" />}
            entries={[
              { label: 'New template…', onSelect: () => openClusterDialog({ kind: 'template', template: null }) },
              { label: 'Import from YAML…', onSelect: () => openClusterDialog({ kind: 'import' }) },
            ]}
          />
        </div>
        <ul className={styles.list}>
          {templates.map((template) => (
            <TemplateRow key={template.id} template={template} />
          ))}
        </ul>
      </section>
      <EndCluster cluster={ending} onDone={() => setEnding(null)} />
    </SideView>
  );
}

const verbOf = ({ state, origin }: ClusterView) =>
  state === 'failed' ? 'Remove' : origin === 'attached' ? 'Let go of' : 'Stop';

function Words({ cluster, now }: { readonly cluster: ClusterView; readonly now: number }) {
  const { kind, label, size, seen, idle, fault } = cluster;
  const users = usersWords(cluster);
  return (
    <span className={styles.words}>
      <span className={styles.name}>{label}</span>
      <span className={styles.detail}>
        {/* When it ends is said beside the way to keep it. */}
        {[clusterManifests[kind].label, idle.end === null ? stateWords(cluster, now) : 'idle'].join(' · ')}
        {size === null ? '' : ` · ${sizeWords(size)}`}
      </span>
      {fault === null ? null : <span className={styles.wrong}>{fault.message}</span>}
      {seen === null ? null : (
        <span className={styles.detail}>
          {loadWords(seen.picture)} · {ageWords(seen, now)}
        </span>
      )}
      {users === '' ? null : <span className={styles.detail}>{users}</span>}
    </span>
  );
}

function TemplateRow({ template }: { readonly template: ClusterTemplateView }) {
  const { id, label, size, refusal, lastStartMs, shipped } = template;
  const [busy, setBusy] = useState(false);
  const launch = async () => {
    setBusy(true);
    const answer = await launchTemplate(id);
    setBusy(false);
    if (isFault(answer)) sayFault(`“${label}” was not launched`, answer);
    else openClusterDialog({ kind: 'launch', id: answer.id });
  };
  return (
    <li className={styles.row} data-template-row={id}>
      <div className={styles.still}>
        <span className={styles.mark}>
          <Plus size={12} strokeWidth={2} aria-hidden />
        </span>
        <span className={styles.words}>
          <span className={styles.name}>{label}</span>
          <span className={styles.detail}>{sizeWords(size)}</span>
          <span className={styles.detail}>{refusal?.message ?? startWords(lastStartMs)}</span>
        </span>
      </div>
      <IconButton
        icon={Rocket}
        size="small"
        label={`Launch ${label}`}
        disabled={busy || refusal !== null}
        onClick={() => void launch()}
      />
      <Menu
        align="end"
        trigger={<IconButton icon={Ellipsis} size="small" label={`More about ${label}`} />}
        entries={[
          { label: 'Duplicate', onSelect: () => void duplicateTemplate(id) },
          {
            label: 'Export as YAML',
            onSelect: () => location.assign(apiUrl('exportClusterTemplate', { params: { id } })),
          },
          ...(shipped
            ? []
            : [
                { label: 'Change…', onSelect: () => openClusterDialog({ kind: 'template', template }) },
                { label: 'Delete', danger: true, onSelect: () => void removeTemplate(id) },
              ]),
        ]}
      />
    </li>
  );
}
