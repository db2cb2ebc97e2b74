import { memo } from 'react';

type SafeHtmlProps = {
  /** HTML made by `lib/core/render`, and by nothing else. */
  readonly html: string;
  readonly as?: 'div' | 'pre' | 'span';
  readonly className?: string | undefined;
};

/** The one place where strings become markup. Same string, same DOM: a streaming neighbour does not rebuild it. */
export const SafeHtml = memo(function SafeHtml({ html, as: Tag = 'div', className }: SafeHtmlProps) {
  return (
    // oxlint-disable-next-line react/no-danger -- the renderers of lib/core/render escape or sanitise everything
    <Tag className={className} dangerouslySetInnerHTML={{ __html: html }} />
  );
});
