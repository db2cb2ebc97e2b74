'use client';

import { memo, useMemo, useState } from 'react';
import type { StreamOutput } from '#lib/core/notebook/output.ts';
import { renderAnsi, stripAnsi } from '#lib/core/render/ansi.ts';
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
import { StoredView } from './stored-view.tsx';

type StreamViewProps = {
  readonly output: StreamOutput;
  /** Its place among the outputs of the cell. */
  readonly place: number;
};

/** Blocks that are mounted of the beginning and of the end, at first and when the reader wants to see more. */
const few = { head: 1, tail: 5 };
const many = { head: 25, tail: 100 };
/** What the reader wants to see more of is still bounded: 10 million characters in the page. */
const manyLimits: BlockLimits = { line: 80_000, block: 80_000 };

/**
 * Text that a cell wrote, or still writes. It is shown in blocks of lines: of a text that grows only the last block is
 * rendered again, and of one that is long only its beginning and its end are in the page.
 */
export function StreamView({ output, place }: StreamViewProps) {
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
  const long = cut || isTallerThan(blocks.text, tallLines);
  const { stored } = output;
  const box = long ? (
    <LongBox
      label={stored === undefined ? `Text written to ${name}` : `End of the text written to ${name}`}
      lines={stored === undefined ? (output.lines ?? countLines(blocks.text)) : countLines(blocks.text)}
      characters={blocks.text.length}
      open={expanded}
      onToggle={() => setExpanded(!expanded)}
      fromEnd={stored !== undefined}
      follow={blocks.text}
    >
      {text}
    </LongBox>
  ) : (
    text
  );
  if (stored !== undefined) {
    const first = <TextBlock text={firstLines(stored.head)} expanded={false} left={0} />;
    return <StoredView output={{ ...output, stored }} name={name} place={place} head={first} tail={box} />;
  }
  return (
    <div className={styles.output} data-output="stream" data-name={name}>
      {box}
      <CopyButton text={() => stripAnsi(blocks.text).replaceAll('\r', '')} label="Copy the text" />
    </div>
  );
}

/** Lines that are shown of the beginning of a stored text. */
const headLines = 20;

function firstLines(text: string): string {
  let end = 0;
  for (let line = 0; line < headLines; line += 1) {
    const next = text.indexOf('\n', end);
    if (next === -1) return text;
    end = next + 1;
  }
  return text.slice(0, end);
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
