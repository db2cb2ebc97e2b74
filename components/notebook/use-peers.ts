import { useEffect, useState } from 'react';
import type { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import type { Peer } from './peer.ts';
import { peersOf } from './peer.ts';

/** Who else has the notebook open. Renders again when somebody comes, goes or changes the cell, not at each keystroke. */
export function usePeers(document: NotebookDocument): readonly Peer[] {
  const [peers, setPeers] = useState<readonly Peer[]>([]);
  useEffect(() => {
    let { awareness } = document;
    const read = () => {
      const next = peersOf(awareness.getStates(), awareness.clientID);
      setPeers((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
    };
    const follow = () => {
      awareness.off('change', read);
      ({ awareness } = document);
      awareness.on('change', read);
      read();
    };
    follow();
    const unfollow = document.onDoc(follow);
    return () => {
      unfollow();
      awareness.off('change', read);
    };
  }, [document]);
  return peers;
}
