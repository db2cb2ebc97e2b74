'use client';
import { lazy, useState, type ComponentType } from 'react';

export type FetchedPart<Props extends object> = {
  /** Suspends while the code is on its way; what was fetched before is rendered at once. */
  readonly Part: ComponentType<Props>;
  /** Asks for the code ahead of its use. */
  readonly fetch: () => Promise<unknown>;
};

/** A part of the page whose code comes when it is wanted. React's `lazy` alone renders twice even where the code is there. */
export function fetchedPart<Props extends object>(ask: () => Promise<ComponentType<Props>>): FetchedPart<Props> {
  let there: ComponentType<Props> | null = null;
  const fetch = async () => {
    there = await ask();
    return { default: there };
  };
  const Awaited: ComponentType<Props> = lazy(fetch);
  function Part(props: Props) {
    // Kept for as long as this stands: another type of component would lose the state of the first one.
    const [Shown] = useState(() => there ?? Awaited);
    return <Shown {...props} />;
  }
  return { Part, fetch };
}
