'use client';
import { createContext, useContext, useMemo, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';

type Slots = {
  readonly places: ReadonlyMap<string, HTMLElement>;
  readonly setPlace: (name: string, element: HTMLElement | null) => void;
};

const SlotContext = createContext<Slots | null>(null);

/** Lets a page fill named places of the frame around it, without either knowing the other. */
export function SlotProvider({ children }: { readonly children: ReactNode }) {
  const [places, setPlaces] = useState<ReadonlyMap<string, HTMLElement>>(new Map());
  const slots = useMemo(
    () => ({
      places,
      setPlace: (name: string, element: HTMLElement | null) =>
        setPlaces((before) => {
          if (before.get(name) === (element ?? undefined)) return before;
          const after = new Map(before);
          if (element === null) after.delete(name);
          else after.set(name, element);
          return after;
        }),
    }),
    [places],
  );
  return <SlotContext value={slots}>{children}</SlotContext>;
}

export type SlotPlaceProps = {
  readonly name: string;
  readonly className?: string | undefined;
  /** A block instead of a stretch of a line. */
  readonly block?: boolean;
};

/** Where what fills `name` appears. */
export function SlotPlace({ name, className, block = false }: SlotPlaceProps) {
  const slots = useContext(SlotContext);
  const [place] = useState(() => (element: HTMLElement | null) => slots?.setPlace(name, element));
  return block ? <div ref={place} className={className} /> : <span ref={place} className={className} />;
}

/** Whether the fills below it appear: of two documents that are shown, only the focused one speaks in the frame. */
export const SlotScope = createContext(true);

/** Renders its children at the place called `name`; nowhere while there is none. */
export function SlotFill({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  const element = useContext(SlotContext)?.places.get(name);
  const appears = useContext(SlotScope);
  return element === undefined || !appears ? null : createPortal(children, element);
}
