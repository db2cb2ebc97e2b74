'use client';
import type { KernelStatus } from '#lib/core/session/event.ts';
import { type ChoiceSection, type KernelChoice, type RunningUse } from './choices.ts';
import styles from './kernel-picker.module.css';
import { StateMark } from '#components/ui/state-mark.tsx';
import { TrustMark } from './trust-mark.tsx';
import { agoWords, distanceWords } from '#components/ui/measure-words.ts';

export type ChoiceListProps = {
  readonly id: string;
  readonly optionId: (key: string) => string;
  readonly sections: readonly ChoiceSection[];
  readonly selected: string | null;
  readonly disabled: boolean;
  /** ms since 1970: "3 min ago" is counted from here. */
  readonly now: number;
  readonly onSelect: (key: string) => void;
  readonly onChoose: (choice: KernelChoice) => void;
};

export function ChoiceList({ id, optionId, sections, selected, disabled, now, onSelect, onChoose }: ChoiceListProps) {
  return (
    <div id={id} role="listbox" aria-label="Kernels">
      {sections.map((section) => (
        <div key={section.title} role="group" aria-label={section.title}>
          <div className={styles.heading} role="presentation">
            {section.title}
          </div>
          {section.choices.map((choice) => (
            <div
              key={choice.key}
              id={optionId(choice.key)}
              role="option"
              aria-selected={choice.key === selected}
              aria-disabled={disabled}
              className={styles.option}
              data-choice={choice.key}
              onPointerMove={() => (choice.key === selected ? undefined : onSelect(choice.key))}
              onClick={() => onChoose(choice)}
            >
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
            </div>
          ))}
        </div>
      ))}
    </div>
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
