'use client';
import { useEffect, useRef, useState } from 'react';
import type { editor } from 'monaco-editor/editor';
import { Notice } from '#components/ui/notice.tsx';
import { loadMonaco } from '#components/ui/monaco/load-monaco.ts';
import { usePlaceFocused } from '#lib/client/actions/use-actions.ts';
import { fileLanguage, isProse } from './file-language.ts';
import type { TextFile } from './text-file.ts';
import styles from './text-view.module.css';
import { keepPlace, readPlace } from './view-places.ts';

const options: editor.IStandaloneEditorConstructionOptions = {
  automaticLayout: true,
  contextmenu: false,
  fontFamily: "'JetBrains Mono', ui-monospace, monospace",
  fontLigatures: false,
  fontSize: 13,
  lineHeight: 20,
  folding: false,
  inlayHints: { enabled: 'off' },
  links: false,
  minimap: { enabled: false },
  occurrencesHighlight: 'off',
  overviewRulerBorder: false,
  padding: { top: 8, bottom: 8 },
  quickSuggestions: false,
  renderFinalNewline: 'on',
  renderLineHighlight: 'line',
  scrollBeyondLastLine: false,
  selectionHighlight: false,
  stickyScroll: { enabled: false },
  unicodeHighlight: { ambiguousCharacters: true, invisibleCharacters: true, nonBasicASCII: false },
  unusualLineTerminators: 'off',
  wordBasedSuggestions: 'off',
};

export type TextEditorProps = {
  readonly file: TextFile;
  /** Called with the text a little after each change; for the preview. */
  readonly onText: (text: string) => void;
};

/** Pause after which a changed text is shown in the preview, ms. */
const previewPause = 200;

/** The live editor of one file. */
export function TextEditor({ file, onText }: TextEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const focused = useRef(usePlaceFocused());
  const tell = useRef(onText);
  useEffect(() => {
    tell.current = onText;
  });

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    let stop: (() => void) | null = null;
    let left = false;
    void loadMonaco().then(
      (monaco) => {
        if (left) return;
        const model = monaco.editor.createModel(file.text(), fileLanguage(file.path));
        model.setEOL(monaco.editor.EndOfLineSequence.LF);
        const live = monaco.editor.create(element, {
          ...options,
          model,
          ariaLabel: `Text of ${file.path}`,
          wordWrap: isProse(file.path) ? 'on' : 'off',
        });
        const view = readPlace(file.path);
        if (view !== null) live.restoreViewState(view as editor.ICodeEditorViewState);
        if (focused.current && document.activeElement === document.body) live.focus();
        const detach = file.attach(() => model.getValue());
        let timer: ReturnType<typeof setTimeout> | undefined;
        const change = model.onDidChangeContent(() => {
          file.edited();
          clearTimeout(timer);
          timer = setTimeout(() => tell.current(model.getValue()), previewPause);
        });
        const remember = () => {
          keepPlace(file.path, live.saveViewState());
          file.keep();
        };
        window.addEventListener('pagehide', remember);
        stop = () => {
          window.removeEventListener('pagehide', remember);
          clearTimeout(timer);
          remember();
          detach();
          change.dispose();
          live.dispose();
          model.dispose();
        };
      },
      (error: unknown) => setFailed(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      left = true;
      stop?.();
    };
  }, [file]);

  return (
    <div className={styles.editor} data-file-editor>
      {failed === null ? null : (
        <Notice kind="error" hint="Reload the page to try again.">
          {failed}
        </Notice>
      )}
      <div ref={place} className={styles.live} />
    </div>
  );
}
