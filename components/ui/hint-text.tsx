import { Fragment, type ReactNode } from 'react';

/** A command within a hint: between backticks, or after `Run: ` up to a dash. */
const command = /(`[^`]+`|(?<=Run: )[^–]+?(?= – |$))/;

/** A hint whose commands stand in type that can be copied. */
export function HintText({ hint }: { readonly hint: string }): ReactNode {
  return hint.split(command).map((part, index) => (
    // Parts of a fixed text: their place is their identity.
    <Fragment key={index}>{index % 2 === 1 ? <code>{part.replaceAll('`', '')}</code> : part}</Fragment>
  ));
}
