'use client';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import { showToast } from '#components/ui/toast.tsx';
import { callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { Settings } from '#lib/core/settings.ts';
import { readWholeNumber, type NumberField } from './number-field.ts';
import styles from './settings-dialog.module.css';
import { showSettings, useSettingsDialog } from './settings-state.ts';

/** What is decided for everybody in the workspace. */
export function SettingsDialog() {
  const open = useSettingsDialog();
  return (
    <Dialog
      open={open}
      onOpenChange={showSettings}
      title="Settings of the workspace"
      description="They hold for everybody who works here."
      size="narrow"
    >
      <Loaded />
    </Dialog>
  );
}

/** Read anew whenever the dialog opens: others may have changed them. */
function Loaded() {
  const [settings, setSettings] = useState<Settings | Fault | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let wanted = true;
    void callApi('readSettings').then((answer) => (wanted ? setSettings(answer) : undefined));
    return () => {
      wanted = false;
    };
  }, [attempt]);
  if (settings === null) return <Skeleton label="Reading the settings" />;
  if (!isFault(settings)) return <Fields settings={settings} />;
  const again = () => {
    setSettings(null);
    setAttempt(attempt + 1);
  };
  return (
    <Notice kind="error" hint={settings.hint} actions={<Button onClick={again}>Try again</Button>}>
      {settings.message}
    </Notice>
  );
}

const days: NumberField = { most: 3_650, noun: 'days' };
const megabytes: NumberField = { most: 1_000_000, noun: 'MB' };
const write = (value: number | null) => (value === null ? '' : String(value));

function Fields({ settings: { history } }: { readonly settings: Settings }) {
  const [age, setAge] = useState(write(history.days));
  const [size, setSize] = useState(write(history.megabytes));
  const [state, setState] = useState<'ready' | 'saving' | Fault>('ready');
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const [read, room] = [readWholeNumber(age, days), readWholeNumber(size, megabytes)];
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (typeof read === 'string' || typeof room === 'string') return;
    setState('saving');
    const answer = await callApi('changeSettings', { body: { history: { days: read, megabytes: room } } });
    if (isFault(answer)) return setState(answer);
    showToast({ title: 'The settings are saved.' });
    showSettings(false);
  };
  return (
    <form className={styles.form} onSubmit={(event) => void save(event)}>
      <h3 className={styles.section}>Run history</h3>
      <TextField
        label="Forget runs after so many days"
        inputRef={first}
        value={age}
        onChange={setAge}
        description="Empty: never because of their age."
        error={typeof read === 'string' ? read : undefined}
      />
      <TextField
        label="Keep at most so many megabytes"
        value={size}
        onChange={setSize}
        description="The oldest runs go first. Empty: however large."
        error={typeof room === 'string' ? room : undefined}
      />
      {typeof state === 'object' ? (
        <Notice kind="error" hint={state.hint}>
          {state.message}
        </Notice>
      ) : null}
      <div className={styles.end}>
        <Button onClick={() => showSettings(false)}>Cancel</Button>
        <Button
          type="submit"
          look="primary"
          disabled={state === 'saving' || typeof read === 'string' || typeof room === 'string'}
        >
          {state === 'saving' ? 'Saving…' : 'Save'}
        </Button>
      </div>
    </form>
  );
}
