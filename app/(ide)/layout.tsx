import type { ReactNode } from 'react';
import { IdeFrame } from './ide-frame.tsx';

/** The frame stays mounted while its pages change: the tree, the tabs and the socket go on. */
export default function IdeLayout({ children }: { readonly children: ReactNode }) {
  return <IdeFrame>{children}</IdeFrame>;
}
