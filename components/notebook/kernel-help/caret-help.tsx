'use client';
import { useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { createPortal } from 'react-dom';
import { Maximize2, X } from 'lucide-react';
import { IconButton } from '#components/ui/icon-button.tsx';
import layers from '#components/ui/layer.module.css';
import spoken from '#components/ui/spoken.module.css';
import type { MimeBundle } from '#lib/core/notebook/output.ts';
import { useLiveEditor, useNotebook } from '../notebook-context.ts';
import styles from './caret-help.module.css';
import type { CaretBox } from './editor-help.ts';
import { HelpText, useRenderedHelp } from './help-text.tsx';

/** What help says at the caret: a quiet word above it, or what a name is below it. */
export function CaretHelp() {
  const { help } = useNotebook();
  const { note, tip } = useSyncExternalStore(help.store.subscribe, help.store.get, help.store.get);
  return (
    <>
      <div className={spoken.spoken} aria-live="polite">
        {note?.text ?? ''}
      </div>
      {note === null ? null : (
        <AtCaret side="above" className={styles.note}>
          {note.text}
        </AtCaret>
      )}
      {tip === null ? null : <Tip data={tip.data} />}
    </>
  );
}

function Tip({ data }: { readonly data: MimeBundle }) {
  const { help } = useNotebook();
  const rendered = useRenderedHelp(data);
  return (
    <AtCaret side="below" className={styles.tip} label="Help on the name at the caret">
      <div className={styles.text} aria-live="polite">
        <HelpText rendered={rendered} />
      </div>
      <div className={styles.buttons}>
        <IconButton
          icon={Maximize2}
          size="small"
          label="Show more in a pane below"
          shortcut="Shift+Tab"
          onClick={() => help.inspect()}
        />
        <IconButton icon={X} size="small" label="Close" shortcut="Esc" onClick={() => help.closeTip()} />
      </div>
    </AtCaret>
  );
}

type AtCaretProps = {
  readonly side: 'above' | 'below';
  readonly className: string | undefined;
  readonly label?: string;
  readonly children: React.ReactNode;
};

/** Floats beside the caret and follows it when the page scrolls. The editor keeps the focus. */
function AtCaret({ side, className, label, children }: AtCaretProps) {
  const live = useLiveEditor();
  const frame = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const place = () => {
      const box = live?.help.caretBox() ?? null;
      if (frame.current !== null) moveTo(frame.current, box, side);
    };
    place();
    window.addEventListener('scroll', place, { capture: true, passive: true });
    window.addEventListener('resize', place);
    return () => {
      window.removeEventListener('scroll', place, { capture: true });
      window.removeEventListener('resize', place);
    };
  });
  const named = label === undefined ? {} : { role: 'group', 'aria-label': label };
  return createPortal(
    <div
      ref={frame}
      {...named}
      aria-hidden={label === undefined ? true : undefined}
      data-caret-help={side}
      className={`${styles.frame} ${layers.popup} ${className ?? ''}`}
      onMouseDown={(event) => {
        event.preventDefault();
        // For the notebook, which it is a part of, a press beside the cells ends the edit.
        event.stopPropagation();
      }}
    >
      {children}
    </div>,
    document.body,
  );
}

const gap = 4;

function moveTo(frame: HTMLElement, caret: CaretBox | null, wanted: 'above' | 'below'): void {
  frame.style.visibility = caret === null ? 'hidden' : 'visible';
  if (caret === null) return;
  const { width, height } = frame.getBoundingClientRect();
  const below = window.innerHeight - caret.bottom - gap;
  const side = wanted === 'below' && below < height && caret.top > below ? 'above' : wanted;
  const top = side === 'below' ? caret.bottom + gap : Math.max(gap, caret.top - gap - height);
  const left = Math.max(gap, Math.min(caret.left, window.innerWidth - width - gap));
  frame.style.translate = `${Math.round(left)}px ${Math.round(top)}px`;
}
