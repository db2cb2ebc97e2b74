'use client';
import { useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react';
import { Save } from 'lucide-react';
import { apiUrl } from '#lib/protocol/http/api-url.ts';
import { useRegisterActions } from '#lib/client/actions/use-actions.ts';
import type { Action } from '#lib/client/actions/action.ts';
import { connection } from '#lib/client/connection.ts';
import { isFault } from '#lib/core/fault.ts';
import { MarkdownView } from '#components/output/markdown-view.tsx';
import { Button } from '#components/ui/button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { SlotFill } from '#components/ui/slot.tsx';
import { showToast } from '#components/ui/toast.tsx';
import { FileHeader } from './file-header.tsx';
import { TextEditor } from './text-editor.tsx';
import type { TextFile, TextFileState } from './text-file.ts';
import styles from './text-view.module.css';

export type TextViewProps = {
  readonly file: TextFile;
  /** `both` and `preview` show the rendered Markdown. */
  readonly mode: 'text' | 'both' | 'preview';
  readonly switches: ReactNode;
  readonly onUnsaved: (unsaved: boolean) => void;
  /** Reads the file anew. */
  readonly onReload: () => void;
};

const words = { saved: 'saved', edited: 'not saved, kept in this browser', saving: 'saving' } as const;

/** A text: edited, saved on demand, never lost, never overwritten unasked. */
export function TextView({ file, mode, switches, onUnsaved, onReload }: TextViewProps) {
  const state = useSyncExternalStore(file.subscribe, file.getSnapshot, file.getSnapshot);
  const [typed, setTyped] = useState<{ readonly file: TextFile; readonly text: string } | null>(null);
  const actions = useMemo(() => saveActions(file), [file]);
  useRegisterActions(actions);
  const unsaved = state.status !== 'saved';
  useEffect(() => onUnsaved(unsaved), [unsaved, onUnsaved]);
  useEffect(() => {
    const look = () => void file.isOld().then((old) => (old ? onReload() : undefined));
    const folder = file.path.slice(0, Math.max(0, file.path.lastIndexOf('/')));
    const stop = connection().on('files.changed', ({ folders }) => (folders.includes(folder) ? look() : undefined));
    window.addEventListener('focus', look);
    return () => {
      stop();
      window.removeEventListener('focus', look);
    };
  }, [file, onReload]);
  const said =
    state.status === 'edited' && !state.kept ? 'not saved, too large to be kept in this browser' : words[state.status];
  return (
    <>
      <FileHeader
        path={file.path}
        detail={said}
        trouble={state.conflict || state.fault !== null}
        tools={
          <>
            {switches}
            <IconButton
              icon={Save}
              label="Save"
              shortcut="Ctrl+S"
              disabled={!unsaved}
              onClick={() => void file.save()}
            />
          </>
        }
      />
      <Trouble file={file} state={state} onReload={onReload} />
      <div className={styles.panes} data-mode={mode}>
        <TextEditor file={file} onText={(text) => setTyped({ file, text })} />
        {mode === 'text' ? null : (
          <div className={styles.preview} data-markdown-preview tabIndex={0} aria-label="Preview" role="region">
            <Preview path={file.path} text={typed?.file === file ? typed.text : file.beginning} />
          </div>
        )}
      </div>
      <SlotFill name="status.near">· {words[state.status]}</SlotFill>
      <SlotFill name="status.caret">{file.words}</SlotFill>
    </>
  );
}

function Preview({ path, text }: { readonly path: string; readonly text: string }) {
  const resolveUrl = useMemo(() => (address: string) => fileUrl(path, address), [path]);
  return <MarkdownView source={text} resolveUrl={resolveUrl} />;
}

type TroubleProps = { readonly file: TextFile; readonly state: TextFileState; readonly onReload: () => void };

function Trouble({ file, state, onReload }: TroubleProps) {
  const takeTheirs = () => {
    file.forget();
    onReload();
  };
  const copy = async () => {
    const made = await file.saveCopy();
    if (isFault(made)) return showToast({ kind: 'error', title: 'The copy was not made', description: made.message });
    showToast({ title: `Your text is in “${made}”` });
    onReload();
  };
  return (
    <>
      {state.fault === null ? null : (
        <div className={styles.note}>
          <Notice
            kind="error"
            hint={state.fault.hint}
            actions={<Button onClick={() => void file.save()}>Try again</Button>}
          >
            {state.fault.message}
          </Notice>
        </div>
      )}
      {state.conflict ? (
        <div className={styles.note} role="region" aria-label="Conflict with the file on disk">
          <Notice
            kind="warning"
            hint="Saving over it puts what is on disk into the trash."
            actions={
              <span className={styles.choices}>
                <Button onClick={takeTheirs}>Take theirs</Button>
                <Button onClick={() => void copy()}>Keep mine as a copy</Button>
                <Button look="danger" onClick={() => void file.overwrite()}>
                  Overwrite
                </Button>
              </span>
            }
          >
            The file was changed on disk while you edited it.
          </Notice>
        </div>
      ) : null}
    </>
  );
}

function saveActions(file: TextFile): readonly Action[] {
  return [
    {
      id: 'file.save',
      title: 'Save the file',
      category: 'File',
      keys: ['Accel-S'],
      scope: 'global',
      isEnabled: () => true,
      run: () => (file.getSnapshot().status === 'edited' ? file.save() : undefined),
    },
  ];
}

/** Turns an address relative to a file into the one that loads it; null when it would leave the workspace. */
function fileUrl(path: string, address: string): string | null {
  const steps = address.startsWith('/') ? [] : path.split('/').slice(0, -1);
  try {
    for (const step of decodeURIComponent(address.replace(/[?#].*$/, '')).split('/')) {
      if (step === '' || step === '.') continue;
      if (step !== '..') steps.push(step);
      else if (steps.pop() === undefined) return null;
    }
  } catch {
    return null;
  }
  return steps.length === 0 ? null : apiUrl('readFile', { query: { path: steps.join('/') } });
}
