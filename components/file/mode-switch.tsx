import styles from './file-header.module.css';

export type ModeSwitchProps<Mode extends string> = {
  readonly modes: readonly (readonly [Mode, string])[];
  readonly mode: Mode;
  readonly onMode: (mode: Mode) => void;
};

/** How a file is shown, where there is more than one way. */
export function ModeSwitch<Mode extends string>({ modes, mode, onMode }: ModeSwitchProps<Mode>) {
  return (
    <div className={styles.switch} role="group" aria-label="Show as">
      {modes.map(([one, title]) => (
        <button key={one} type="button" aria-pressed={one === mode} onClick={() => onMode(one)}>
          {title}
        </button>
      ))}
    </div>
  );
}
