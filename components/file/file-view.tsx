'use client';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { assertNever } from '#lib/core/fault.ts';
import { BinaryView } from './binary-view.tsx';
import styles from './file-view.module.css';
import { ImageView } from './image-view.tsx';
import { LongTextView } from './long-text-view.tsx';
import { ModeSwitch } from './mode-switch.tsx';
import { endingOf, openFile, type OpenedFile } from './open-file.ts';
import { TableView } from './table-view.tsx';
import { TextFile } from './text-file.ts';
import { TextView } from './text-view.tsx';

export type FileViewProps = {
  readonly path: string;
  readonly onUnsaved: (path: string, unsaved: boolean) => void;
  readonly onClose: () => void;
};

type Shown = Exclude<OpenedFile, { kind: 'text' }> | { readonly kind: 'text'; readonly file: TextFile };

/** The screen of a file that is no notebook: finds out what it is, and shows it as that. */
export function FileView({ path, onUnsaved, onClose }: FileViewProps) {
  const [shown, setShown] = useState<Shown | null>(null);
  const [asText, setAsText] = useState(false);
  const [markdown, setMarkdown] = useState<'text' | 'both' | 'preview'>('both');
  const [readings, setReadings] = useState(0);
  const tell = useCallback((unsaved: boolean) => onUnsaved(path, unsaved), [path, onUnsaved]);
  const reload = useCallback(() => setReadings((before) => before + 1), []);

  useEffect(() => {
    let left = false;
    void openFile(path, asText).then((opened) => {
      if (left) return;
      if (opened.kind !== 'text') return setShown(opened);
      setShown({ kind: 'text', file: new TextFile(path, opened.source, opened.hash, opened.version) });
    });
    return () => {
      left = true;
    };
  }, [path, asText, readings]);

  const switches = (
    <Switches path={path} asText={asText} onAsText={setAsText} markdown={markdown} onMarkdown={setMarkdown} />
  );
  return (
    <main className={styles.view} aria-label={`File ${path}`} data-file={shown?.kind ?? 'loading'}>
      {shown === null ? (
        <div className={styles.note}>
          <Skeleton label={`Opening ${path}`} />
        </div>
      ) : shown.kind === 'fault' ? (
        <div className={styles.note}>
          <Notice
            kind="error"
            hint={shown.fault.hint}
            actions={
              <>
                <Button onClick={reload}>Try again</Button>
                <Button onClick={onClose}>Close</Button>
              </>
            }
          >
            {shown.fault.message}
          </Notice>
        </div>
      ) : (
        <Content path={path} shown={shown} markdown={markdown} switches={switches} onUnsaved={tell} onReload={reload} />
      )}
    </main>
  );
}

type ContentProps = {
  readonly path: string;
  readonly shown: Exclude<Shown, { kind: 'fault' }>;
  readonly markdown: 'text' | 'both' | 'preview';
  readonly switches: ReactNode;
  readonly onUnsaved: (unsaved: boolean) => void;
  readonly onReload: () => void;
};

function Content({ path, shown, markdown, switches, onUnsaved, onReload }: ContentProps) {
  switch (shown.kind) {
    case 'image':
      return <ImageView path={path} size={shown.size} switches={switches} />;
    case 'table':
      return <TableView path={path} size={shown.size} switches={switches} />;
    case 'long':
      return <LongTextView path={path} size={shown.size} />;
    case 'binary':
      return <BinaryView path={path} size={shown.size} head={shown.head} why={shown.why} />;
    case 'text':
      return (
        <TextView
          file={shown.file}
          mode={isMarkdown(path) ? markdown : 'text'}
          switches={switches}
          onUnsaved={onUnsaved}
          onReload={onReload}
        />
      );
    default:
      return assertNever(shown);
  }
}

type SwitchesProps = {
  readonly path: string;
  readonly asText: boolean;
  readonly onAsText: (asText: boolean) => void;
  readonly markdown: 'text' | 'both' | 'preview';
  readonly onMarkdown: (mode: 'text' | 'both' | 'preview') => void;
};

/** The other ways to show a file, where there are any. */
function Switches({ path, asText, onAsText, markdown, onMarkdown }: SwitchesProps) {
  if (isMarkdown(path)) {
    const modes = [
      ['text', 'Text'],
      ['both', 'Both'],
      ['preview', 'Preview'],
    ] as const;
    return <ModeSwitch modes={modes} mode={markdown} onMode={onMarkdown} />;
  }
  const ending = endingOf(path);
  const rich = ['csv', 'tsv', 'tab'].includes(ending) ? 'Table' : ending === 'svg' ? 'Image' : null;
  if (rich === null) return null;
  return (
    <ModeSwitch
      modes={[
        ['rich', rich],
        ['text', 'Text'],
      ]}
      mode={asText ? 'text' : 'rich'}
      onMode={(mode) => onAsText(mode === 'text')}
    />
  );
}

const isMarkdown = (path: string) => ['md', 'markdown'].includes(endingOf(path));
