'use client';
import { useEffect, useRef, useState, useSyncExternalStore, type RefObject } from 'react';
import { Plus } from 'lucide-react';
import type { Fault } from '#lib/core/fault.ts';
import type { SessionState } from '#lib/core/session/state.ts';
import { Button } from '#components/ui/button.tsx';
import { ChoiceField } from '#components/ui/choice-field.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useChoiceKeys } from '#components/ui/use-choice-keys.ts';
import { type KernelChoice, kernelChoices } from './choices.ts';
import { ChoiceList } from './choice-list.tsx';
import { HintText } from './fault-text.tsx';
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

function PickerBody({ path, session, onClose, input, shutdownPrevious }: PickerBodyProps) {
  const known = useSyncExternalStore(places.subscribe, places.getSnapshot, places.getInitial);
  const [typed, setTyped] = useState('');
  const [binding, setBinding] = useState<KernelChoice | null>(null);
  const [refused, setRefused] = useState<Fault | null>(null);
  const [recent] = useState(getRecentKernels);

  useEffect(() => {
    void places.load();
    const timer = setInterval(() => void places.load(), refreshPause);
    return () => clearInterval(timer);
  }, []);

  const choices = kernelChoices(known.places ?? [], { recent, bound: session?.binding ?? null, typed });
  const lines = choices.sections.flatMap((section) => section.choices);
  const choose = async (choice: KernelChoice | undefined) => {
    if (choice === undefined || binding !== null) return;
    if (choice.current) return onClose();
    setBinding(choice);
    setRefused(null);
    const fault = await bindKernel(path, choice, shutdownPrevious);
    setBinding(null);
    if (fault === null) onClose();
    else setRefused(fault);
  };
  const keys = useChoiceKeys(
    lines.map(({ key }) => key),
    (key) => void choose(lines.find((line) => line.key === key)),
    // Enter right after opening keeps what the notebook has.
    typed === '' ? lines.find(({ current }) => current)?.key : undefined,
  );

  return (
    <>
      <ChoiceField
        choice={keys}
        inputRef={input}
        label="Find a kernel"
        placeholder="Find a place or a kernel"
        value={typed}
        onChange={setTyped}
      />
      <div className={styles.note} role="presentation">
        {binding === null ? null : (
          <Notice kind="info">
            {binding.running === null ? 'Starting' : 'Attaching to'} {binding.title} on {binding.placeLabel}…
          </Notice>
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
          sections={choices.sections}
          selected={keys.selected}
          disabled={binding !== null}
          now={known.checkedAt ?? 0}
          onSelect={keys.select}
          onChoose={(choice) => void choose(choice)}
        />
        {known.places !== null && lines.length === 0 ? (
          <p className={styles.wait} role="status">
            {typed === '' ? 'No gateway offers a kernel now.' : 'No kernel is called that.'}
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

function FaultNotice({ fault }: { readonly fault: Fault }) {
  return (
    <Notice kind="error" hint={fault.hint ? <HintText hint={fault.hint} /> : undefined}>
      {fault.message}
    </Notice>
  );
}
