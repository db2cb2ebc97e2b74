'use client';

import { memo, useMemo, useState, type ReactNode } from 'react';
import type { StoredText, StreamOutput } from '#lib/core/notebook/output.ts';
import { renderAnsi, stripAnsi } from '#lib/core/render/ansi.ts';
import { sayBytes } from '#lib/core/say-bytes.ts';
import { appendStreamText, countLines } from '#lib/core/render/stream-text.ts';
import {
  blockLines,
  blockText,
  cutLongLines,
  growBlocks,
  isTallerThan,
  type BlockLimits,
  type TextBlocks,
} from '#lib/core/render/text-blocks.ts';
import { CopyButton } from './copy-button.tsx';
import { LongBox, tallLines } from './long-box.tsx';
import styles from './output.module.css';
import { SafeHtml } from './safe-html.tsx';

type StreamViewProps = { readonly output: StreamOutput };

/** Blocks that are mounted of the beginning and of the end, at first and when the reader wants to see more. */
const few = { head: 1, tail: 5 };
const many = { head: 25, tail: 100 };
/** What the reader wants to see more of is still bounded: 10 million characters in the page. */
const manyLimits: BlockLimits = { line: 80_000, block: 80_000 };

/**
 * Text that a cell wrote, or still writes. It is shown in blocks of lines: of a text that grows only the last block is
 * rendered again, and of one that is long only its beginning and its end are in the page.
 */
export function StreamView({ output }: StreamViewProps) {
  const [expanded, setExpanded] = useState(false);
  const blocks = useBlocks(output);
  const name = output.name === 'stderr' ? 'stderr' : 'stdout';
  const { head, tail } = expanded ? many : few;
  const count = blocks.starts.length;
  const cut = count > head + tail;
  const indexes = Array.from({ length: cut ? head + tail : count }, (_, at) =>
    cut && at >= head ? count - head - tail + at : at,
  );
  const text = (
    <pre className="output-text" data-stream={name} data-lines={output.lines ?? countLines(output.text)}>
      {indexes.map((index, at) => (
        <TextBlock
          key={index}
          text={blockText(blocks, index)}
          expanded={expanded}
          left={cut && at === head ? (count - head - tail) * blockLines : 0}
        />
      ))}
    </pre>
  );
  if (output.stored !== undefined) return <StoredView output={output} stored={output.stored} name={name} tail={text} />;
  return (
    <div className={styles.output} data-output="stream" data-name={name}>
      {cut || isTallerThan(blocks.text, tallLines) ? (
        <LongBox
          label={`Text written to ${name}`}
          lines={output.lines ?? countLines(blocks.text)}
          characters={blocks.text.length}
          open={expanded}
          onToggle={() => setExpanded(!expanded)}
          follow={blocks.text}
        >
          {text}
        </LongBox>
      ) : (
        text
      )}
      <CopyButton text={() => stripAnsi(blocks.text).replaceAll('\r', '')} label="Copy the text" />
    </div>
  );
}

type StoredViewProps = {
  readonly output: StreamOutput;
  readonly stored: StoredText;
  readonly name: 'stdout' | 'stderr';
  /** What comes after what is stored. */
  readonly tail: ReactNode;
};

/** A text whose middle is kept on the server: its beginning, how much is between, its end. */
function StoredView({ output, stored, name, tail }: StoredViewProps) {
  return (
    <div className={styles.output} data-output="stream" data-name={name} data-lines={output.lines}>
      <pre className="output-text">
        <TextBlock text={firstBlock(stored.head)} expanded={false} left={0} />
      </pre>
      <p className={styles.note}>
        {`\u2026 ${stored.lines.toLocaleString('en')} lines (${sayBytes(stored.bytes)}) between, kept on the server`}
      </p>
      <div className={styles.tall} role="group" aria-label={`End of the text written to ${name}`} tabIndex={0}>
        {tail}
      </div>
    </div>
  );
}

/** The first lines of a text, as many as a block has. */
function firstBlock(text: string): string {
  return blockText(growBlocks(null, text), 0);
}

type TextBlockProps = {
  readonly text: string;
  readonly expanded: boolean;
  /** Lines before it that are not shown. */
  readonly left: number;
};

const TextBlock = memo(function TextBlock({ text, expanded, left }: TextBlockProps) {
  const html = useMemo(() => renderAnsi(cutLongLines(text, expanded ? manyLimits : undefined)), [text, expanded]);
  return (
    <>
      {left > 0 && <span className={styles.left}>{`\u2026 ${left.toLocaleString('en')} lines left out \u2026\n`}</span>}
      <SafeHtml as="span" className={styles.block} html={html} />
    </>
  );
});

/** The blocks of an output's text, grown from those of its last rendering. */
function useBlocks(output: StreamOutput): TextBlocks {
  const settled = useMemo(
    // Text from a file may still hold what a terminal would have overwritten; received text has `lines`.
    () => (output.lines === undefined ? appendStreamText('', output.text) : output.text),
    [output],
  );
  const [blocks, setBlocks] = useState(() => growBlocks(null, settled));
  if (blocks.text === settled) return blocks;
  const grown = growBlocks(blocks, settled);
  setBlocks(grown);
  return grown;
}
