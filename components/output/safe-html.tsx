import { memo } from 'react';

type SafeHtmlProps = {
  /** HTML made by `lib/core/render`, and by nothing else. */
  readonly html: string;
  readonly as?: 'div' | 'pre';
  readonly className?: string | undefined;
  /** Marks the text of a stream, and how many lines of it were received in total. */
  readonly stream?: 'stdout' | 'stderr' | undefined;
  readonly lines?: number | undefined;
};

/** The one place where strings become markup. Same string, same DOM: a streaming neighbour does not rebuild it. */
export const SafeHtml = memo(function SafeHtml({ html, as: Tag = 'div', className, stream, lines }: SafeHtmlProps) {
  return (
    // oxlint-disable-next-line react/no-danger -- the renderers of lib/core/render escape or sanitise everything
    <Tag className={className} data-stream={stream} data-lines={lines} dangerouslySetInnerHTML={{ __html: html }} />
  );
});
