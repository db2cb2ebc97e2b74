'use client';
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { FaultNotice } from '#components/ui/fault-notice.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { SelectField } from '#components/ui/select-field.tsx';
import { useStillOpen } from '#components/ui/still-open.ts';
import { TextField } from '#components/ui/text-field.tsx';
import { showToast } from '#components/ui/toast.tsx';
import { callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { Settings } from '#lib/core/settings.ts';
import type { Gateway } from '#lib/protocol/http/gateways.ts';
import { IdlePolicyFields } from './idle-policy-fields.tsx';
import styles from './settings-dialog.module.css';
import { draftOf, readDraft, saveSettings, withMinutes } from './settings-draft.ts';
import { type SettingsSection, showSettings, useSettingsDialog } from './settings-state.ts';

/** What is decided for everybody in the workspace: one section per topic, saved together. */
export function SettingsDialog() {
  const section = useSettingsDialog();
  return (
    <Dialog
      open={section !== null}
      onOpenChange={(open) => (open ? undefined : showSettings(null))}
      title="Settings of the workspace"
      description="They hold for everybody who works here."
      size="narrow"
    >
      <Loaded section={section} />
    </Dialog>
  );
}

type Known = { readonly settings: Settings; readonly gateways: readonly Gateway[] };

/** Read anew whenever the dialog opens: others may have changed them. */
function Loaded({ section }: { readonly section: SettingsSection | null }) {
  const [known, setKnown] = useState<Known | Fault | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let wanted = true;
    void readAll().then((answer) => (wanted ? setKnown(answer) : undefined));
    return () => {
      wanted = false;
    };
  }, [attempt]);
  if (known === null) return <Skeleton label="Reading the settings" />;
  if (!isFault(known)) return <Fields {...known} section={section} />;
  const again = () => {
    setKnown(null);
    setAttempt(attempt + 1);
  };
  return <FaultNotice fault={known} actions={<Button onClick={again}>Try again</Button>} />;
}

async function readAll(): Promise<Known | Fault> {
  const [settings, listed] = await Promise.all([callApi('readSettings'), callApi('listGateways')]);
  if (isFault(settings)) return settings;
  return isFault(listed) ? listed : { settings, gateways: listed.gateways };
}

type FieldsProps = Known & { readonly section: SettingsSection | null };

function Fields({ settings, gateways, section }: FieldsProps) {
  const [draft, setDraft] = useState(() => draftOf(settings));
  const [state, setState] = useState<'ready' | 'saving' | Fault>('ready');
  const form = useRef<HTMLFormElement>(null);
  const isStillOpen = useStillOpen();
  useEffect(() => {
    if (section === null) return;
    const part = form.current?.querySelector(`[data-settings="${section}"]`);
    part?.querySelector<HTMLElement>('input, select')?.focus();
    part?.scrollIntoView({ block: 'nearest' });
  }, [section]);
  const { settings: next, wrong } = readDraft(draft);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (next === null) return;
    setState('saving');
    const fault = await saveSettings(settings, next);
    if (fault === null) {
      showToast({ title: 'The settings are saved.' });
      if (isStillOpen()) showSettings(null);
    } else if (isStillOpen()) setState(fault);
    else {
      const description = [fault.message, fault.hint].filter(Boolean).join(' ');
      showToast({ kind: 'error', title: 'The settings are not saved', description });
    }
  };
  return (
    <form ref={form} className={styles.form} onSubmit={(event) => void save(event)}>
      <Section id="history" title="Run history">
        <TextField
          label="Forget runs after so many days"
          value={draft.days}
          onChange={(days) => setDraft({ ...draft, days })}
          description="Empty: never because of their age."
          error={wrong.days}
        />
        <TextField
          label="Keep at most so many megabytes"
          value={draft.megabytes}
          onChange={(megabytes) => setDraft({ ...draft, megabytes })}
          description="The oldest runs go first. Empty: however large."
          error={wrong.megabytes}
        />
      </Section>
      <Section id="idle" title="Idle kernels" note="Kernels that nobody uses are shut down:">
        <IdlePolicyFields
          gateways={gateways}
          minutes={draft.minutes}
          onChange={(gateway, minutes) => setDraft(withMinutes(draft, gateway, minutes))}
        />
      </Section>
      <Section id="agent" title="Inside Python kernels">
        <SelectField
          label="Progress and clusters"
          value={draft.agent ? 'on' : 'off'}
          options={[
            { value: 'on', label: 'on' },
            { value: 'off', label: 'off: nothing of Farfield is in a kernel' },
          ]}
          onChange={(value) => setDraft({ ...draft, agent: value === 'on' })}
          description="A small program that tells code of its cluster and reports what engines do. Cells run without it. Holds for kernels that start from now on."
        />
      </Section>
      {typeof state === 'object' ? <FaultNotice fault={state} /> : null}
      <div className={styles.end}>
        <Button onClick={() => showSettings(null)}>Cancel</Button>
        <Button type="submit" look="primary" disabled={state === 'saving' || next === null}>
          {state === 'saving' ? 'Saving…' : 'Save'}
        </Button>
      </div>
    </form>
  );
}

type SectionProps = {
  readonly id: SettingsSection;
  readonly title: string;
  /** What its fields say, where they do not say it themselves. */
  readonly note?: string;
  readonly children: ReactNode;
};

function Section({ id, title, note, children }: SectionProps) {
  return (
    <section className={styles.section} aria-label={title} data-settings={id}>
      <h3 className={styles.title}>{title}</h3>
      {note === undefined ? null : <p className={styles.note}>{note}</p>}
      {children}
    </section>
  );
}
