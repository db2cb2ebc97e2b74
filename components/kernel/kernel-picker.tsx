'use client';
import { useEffect, useRef, useState, useSyncExternalStore, type RefObject } from 'react';
import { Plus } from 'lucide-react';
import { every } from '#lib/client/every.ts';
import type { Fault } from '#lib/core/fault.ts';
import type { SessionState } from '#lib/core/session/state.ts';
import { Button } from '#components/ui/button.tsx';
import { ChoiceField } from '#components/ui/choice-field.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { FaultNotice } from '#components/ui/fault-notice.tsx';
import { Notice } from '#components/ui/notice.tsx';
import type { PickerLines } from '#components/ui/picker-line.ts';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useChoiceKeys } from '#components/ui/use-choice-keys.ts';
import { allLines, defaultStart, kernelChoices, type Line, type Start } from './choices.ts';
import { ChoiceList } from './choice-list.tsx';
import { bindKernel } from './kernel-requests.ts';
import styles from './kernel-picker.module.css';
import { PlaceList } from './place-list.tsx';
import { openKernelDialog } from './open-dialog.ts';
import { places } from './places-store.ts';
import { getRecentKernels } from './recent-kernels.ts';
import { SessionButtons } from './session-buttons.tsx';

/** While the picker is open it asks again after this pause, ms. */
const refreshPause = 5_000;

export type KernelPickerProps = {
  readonly open: boolean;
  readonly path: string;
  readonly session: SessionState | null;
  readonly onClose: () => void;
  readonly onAddGateway: () => void;
  /** What another feature offers beside kernels. */
  readonly others: readonly PickerLines[];
  /** One of `others` was chosen: null when the picker has done its part. `start`: the kernel of a notebook without one. */
  readonly onChooseOther: (key: string, start: Start | null) => Promise<Fault | null>;
};

export function KernelPicker(props: KernelPickerProps) {
  const input = useRef<HTMLInputElement>(null);
  const [shutdownPrevious, setShutdownPrevious] = useState(false);
  return (
    <Dialog
      open={props.open}
      onOpenChange={(next) => (next ? undefined : props.onClose())}
      title="Where should this notebook run?"
      size="wide"
      flush
      initialFocus={input}
      footer={
        <div className={styles.foot}>
          {props.session === null ? null : (
            <>
              <SessionButtons session={props.session} />
              <label className={styles.check}>
                <input
                  type="checkbox"
                  checked={shutdownPrevious}
                  onChange={(event) => setShutdownPrevious(event.target.checked)}
                />
                shut the present kernel down when I choose another
              </label>
            </>
          )}
          <span className={styles.spring} />
          <Button onClick={props.onAddGateway}>
            <Plus size={14} aria-hidden />
            Add gateway…
          </Button>
        </div>
      }
    >
      <PickerBody {...props} input={input} shutdownPrevious={shutdownPrevious} />
    </Dialog>
  );
}

type PickerBodyProps = KernelPickerProps & {
  readonly input: RefObject<HTMLInputElement | null>;
  readonly shutdownPrevious: boolean;
};

function PickerBody(props: PickerBodyProps) {
  const { path, session, onClose, input, shutdownPrevious, others, onChooseOther } = props;
  const known = useSyncExternalStore(places.subscribe, places.getSnapshot, places.getInitial);
  const [typed, setTyped] = useState('');
  const [binding, setBinding] = useState<string | null>(null);
  const [refused, setRefused] = useState<Fault | null>(null);
  const [recent] = useState(getRecentKernels);

  useEffect(() => every(refreshPause, () => places.loadIfOld()), []);

  const all = known.places ?? [];
  const kernels = kernelChoices(all, { recent, bound: session?.binding ?? null, typed });
  const sections = allLines(kernels.sections, others, typed);
  const lines = sections.flatMap((section) => section.lines);
  const start = session === null ? defaultStart(all, recent) : null;
  const choose = async (line: Line | undefined) => {
    if (line === undefined || binding !== null || (line.other?.refusal ?? null) !== null) return;
    const { kernel, other } = line;
    if (kernel?.current === true || other?.current === true) return onClose();
    setBinding(
      kernel === null
        ? `${other.title}…`
        : `${kernel.running === null ? 'Starting' : 'Attaching to'} ${kernel.title} on ${kernel.placeLabel}…`,
    );
    setRefused(null);
    const fault = await (kernel === null
      ? onChooseOther(other.key, start)
      : bindKernel(path, kernel, shutdownPrevious));
    setBinding(null);
    if (fault === null) onClose();
    else setRefused(fault);
  };
  const keys = useChoiceKeys(
    lines.map(({ key }) => key),
    (key) => void choose(lines.find((line) => line.key === key)),
    // Enter right after opening keeps what the notebook has.
    typed === '' ? lines.find(({ kernel }) => kernel?.current === true)?.key : undefined,
  );

  return (
    <>
      <ChoiceField
        choice={keys}
        inputRef={input}
        label="Find a kernel or a cluster"
        placeholder="Find a place, a kernel or a cluster"
        value={typed}
        onChange={setTyped}
      />
      <div className={styles.note} role="presentation">
        {binding === null ? null : <Notice kind="info">{binding}</Notice>}
        {start === null ? null : (
          <p className={styles.hint}>
            A cluster that you choose here works for {start.words}, which is started for it.
          </p>
        )}
        {refused === null ? null : <FaultNotice fault={refused} />}
        {known.fault === null ? null : <FaultNotice fault={known.fault} />}
      </div>
      <div className={styles.body}>
        {known.places === null && known.fault === null ? (
          <div className={styles.wait}>
            <Skeleton label="Asking all gateways for their kernels" />
          </div>
        ) : null}
        <ChoiceList
          id={keys.listId}
          optionId={keys.optionId}
          sections={sections}
          selected={keys.selected}
          disabled={binding !== null}
          now={known.checkedAt ?? 0}
          onSelect={keys.select}
          onChoose={(line) => void choose(line)}
        />
        {known.places !== null && lines.length === 0 ? (
          <p className={styles.wait} role="status">
            {typed === '' ? 'No gateway offers a kernel now.' : 'Nothing is called that.'}
          </p>
        ) : null}
        <PlaceList
          places={known.places ?? []}
          checkedAt={known.checkedAt}
          onChange={({ id }) => openKernelDialog({ kind: 'gateway', gatewayId: id, path })}
          onEnter={({ id }) => openKernelDialog({ kind: 'secrets', gatewayId: id, path, from: 'picker' })}
        />
      </div>
    </>
  );
}
