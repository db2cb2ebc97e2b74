import { Fragment, type ReactNode } from 'react';

/** A hint whose commands (`Run: npm run login – …`, or between backticks) stand in type that can be copied. */
export function HintText({ hint }: { readonly hint: string }): ReactNode {
  return hint.split(/(`[^`]+`)/).map((part, index) => (
    // Parts of a fixed text: their place is their identity.
    <Fragment key={index}>
      {part.startsWith('`') && part.endsWith('`') ? <code>{part.slice(1, -1)}</code> : part}
    </Fragment>
  ));
}
