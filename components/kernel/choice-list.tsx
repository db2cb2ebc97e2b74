'use client';
import { startTransition, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Plus, Unplug } from 'lucide-react';
import type { KernelStatus } from '#lib/core/session/event.ts';
import type { PickerLine } from '#components/ui/picker-line.ts';
import { firstLines, type KernelChoice, type Line, type LineSection, type RunningUse } from './choices.ts';
import styles from './kernel-picker.module.css';
import { StateMark } from '#components/ui/state-mark.tsx';
import { TrustMark } from './trust-mark.tsx';
import { agoWords, distanceWords } from '#components/ui/measure-words.ts';

export type ChoiceListProps = {
  readonly id: string;
  readonly optionId: (key: string) => string;
  readonly sections: readonly LineSection[];
  readonly selected: string | null;
  readonly disabled: boolean;
  /** ms since 1970: "3 min ago" is counted from here. */
  readonly now: number;
  readonly onSelect: (key: string) => void;
  readonly onChoose: (line: Line) => void;
};

/** Lines that are in the page at first: more than a dialog shows at once. */
const first = 24;
/** Lines that come when the end of those in the page, or the selection, comes near. */
const batch = 60;

export function ChoiceList({ id, optionId, sections, selected, disabled, now, onSelect, onChoose }: ChoiceListProps) {
  const total = sections.reduce((sum, { lines }) => sum + lines.length, 0);
  const at = sections.flatMap(({ lines }) => lines).findIndex(({ key }) => key === selected);
  const [shown, setShown] = useState(first);
  const [end, setEnd] = useState<HTMLElement | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const [jumps, setJumps] = useState(0);
  if (at >= shown - first / 2 && shown < total) {
    setShown(at + batch);
    setJumps(jumps + 1);
  }

  useEffect(() => {
    if (end === null) return;
    const near = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) startTransition(() => setShown((before) => before + batch));
      },
      { scrollMargin: '400px' },
    );
    near.observe(end);
    return () => near.disconnect();
  }, [end, shown]);
  // A line that was not there yet could not be scrolled to. Who scrolls stays where he is.
  useLayoutEffect(() => {
    if (jumps > 0) list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [jumps]);

  const visible = firstLines(sections, shown);
  return (
    <div ref={list}>
      <div id={id} role="listbox" aria-label="Kernels and clusters">
        {visible.map(({ title, lines }) => (
          <div key={title} role="group" aria-label={title}>
            <div className={styles.heading} role="presentation">
              {title}
            </div>
            {lines.map((line) => (
              <div
                key={line.key}
                id={optionId(line.key)}
                role="option"
                aria-selected={line.key === selected}
                aria-disabled={disabled || (line.other?.refusal ?? null) !== null}
                className={styles.option}
                data-choice={line.key}
                onPointerMove={() => (line.key === selected ? undefined : onSelect(line.key))}
                onClick={() => onChoose(line)}
              >
                {line.kernel === null ? <OtherLine line={line.other} /> : <KernelLine choice={line.kernel} now={now} />}
              </div>
            ))}
          </div>
        ))}
      </div>
      {shown < total ? <div ref={setEnd} /> : null}
    </div>
  );
}

function KernelLine({ choice, now }: { readonly choice: KernelChoice; readonly now: number }) {
  return (
    <>
      <StateMark status={statusOf(choice.running)} />
      <span className={styles.what}>
        {choice.title} <span className={styles.place}>on {choice.placeLabel}</span>
        {choice.unverified ? (
          <>
            {' '}
            <TrustMark brief />
          </>
        ) : null}
        {choice.current ? <span className={styles.current}>current</span> : null}
      </span>
      <span className={styles.distance}>{distanceWords(choice.near, choice.distanceMs)}</span>
      <span className={styles.use}>{usageWords(choice.running, now)}</span>
    </>
  );
}

const signs = { add: Plus, leave: Unplug } as const;

function OtherLine({ line }: { readonly line: PickerLine }) {
  const { mark, title, about, distance, use, note, current, refusal } = line;
  const Sign = mark === 'add' || mark === 'leave' ? signs[mark] : null;
  return (
    <>
      {Sign === null ? <StateMark status={mark as KernelStatus} /> : <Sign size={12} strokeWidth={2} aria-hidden />}
      <span className={styles.what}>
        {title} <span className={styles.place}>{about}</span>
        {current ? <span className={styles.current}>attached</span> : null}
      </span>
      <span className={styles.distance}>{distance}</span>
      <span className={styles.use}>{use}</span>
      {[refusal, note].filter(Boolean).map((words) => (
        <span key={words} className={styles.more}>
          {words}
        </span>
      ))}
    </>
  );
}

/** Gateways name states in their own words; unknown ones count as busy. */
function statusOf(running: RunningUse | null): KernelStatus {
  switch (running?.state) {
    case undefined:
      return 'none';
    case 'idle':
    case 'starting':
    case 'restarting':
    case 'dead':
      return running?.state as KernelStatus;
    default:
      return 'busy';
  }
}

function usageWords(running: RunningUse | null, now: number): string {
  if (running === null) return 'start new';
  const users = running.notebooks.map((path) => path.slice(path.lastIndexOf('/') + 1)).join(', ');
  return [running.state, agoWords(running.lastActivity, now), users].filter(Boolean).join(' · ');
}
