'use client';
import { useState, useSyncExternalStore } from 'react';
import { Ellipsis } from 'lucide-react';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Menu } from '#components/ui/menu.tsx';
import { showToast } from '#components/ui/toast.tsx';
import { actionRegistry } from '#lib/client/actions/action-registry.ts';
import { useCellIds, useCellPlaces } from '#lib/client/document/use-document.ts';
import { runOutcomeSchema } from '#lib/core/session/event.ts';
import { useNotebook } from '../notebook-context.ts';
import { runStateNames } from '../run-mark.tsx';
import styles from './history-filters.module.css';
import { cellWords } from './run-words.ts';

/** Which runs are listed, and what can be done with all of them. */
export function HistoryFilters() {
  const { history, document, selection } = useNotebook();
  const { filter, authors } = useSyncExternalStore(history.subscribe, history.get, history.get);
  const active = useSyncExternalStore(
    selection.subscribe,
    () => selection.get().active,
    () => null,
  );
  const ids = useCellIds(document);
  const places = useCellPlaces(document);
  const [asking, setAsking] = useState(false);
  const forget = async () => {
    setAsking(false);
    const failed = await history.erase();
    if (failed !== null) showToast({ kind: 'error', title: failed.message, description: failed.hint });
  };
  return (
    <div className={styles.filters}>
      <select
        className={styles.choice}
        aria-label="Cells"
        value={filter.cellId ?? ''}
        onChange={({ currentTarget: { value } }) =>
          history.filter({ cellId: ids.find((id) => id === value) ?? (value === '' ? null : filter.cellId) })
        }
      >
        <option value="">All cells</option>
        {filter.cellId === null ? null : <option value={filter.cellId}>{cellWords(filter.cellId, places)}</option>}
        {active === null || active === filter.cellId ? null : <option value={active}>The selected cell</option>}
      </select>
      <select
        className={styles.choice}
        aria-label="Outcome"
        value={filter.outcome ?? ''}
        onChange={({ currentTarget: { value } }) =>
          history.filter({ outcome: runOutcomeSchema.options.find((one) => one === value) ?? null })
        }
      >
        <option value="">Any outcome</option>
        {runOutcomeSchema.options.map((outcome) => (
          <option key={outcome} value={outcome}>
            {runStateNames[outcome]}
          </option>
        ))}
      </select>
      {authors.length < 2 ? null : (
        <select
          className={styles.choice}
          aria-label="Who ran it"
          value={filter.by ?? ''}
          onChange={({ currentTarget: { value } }) => history.filter({ by: value === '' ? null : value })}
        >
          <option value="">Anybody</option>
          {authors.map((author) => (
            <option key={author} value={author}>
              {author}
            </option>
          ))}
        </select>
      )}
      <span className={styles.spring} />
      <Menu
        align="end"
        trigger={<IconButton icon={Ellipsis} size="small" label="More about the run history" />}
        entries={[
          { label: 'How long runs are kept…', onSelect: () => void actionRegistry.run('settings.history') },
          'separator',
          { label: 'Forget all runs of this notebook…', danger: true, onSelect: () => setAsking(true) },
        ]}
      />
      <ConfirmDialog
        open={asking}
        title="Forget all runs of this notebook?"
        verb="Forget them"
        onConfirm={() => void forget()}
        onCancel={() => setAsking(false)}
      >
        Their code and outputs cannot be brought back. The cells keep what they show, and runs that go on are kept.
      </ConfirmDialog>
    </div>
  );
}
