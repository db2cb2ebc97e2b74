import { useEffect, useState, useSyncExternalStore, type RefObject } from 'react';
import { connection } from '#lib/client/connection.ts';
import { type TerminalAddress, terminalPath } from '#lib/core/terminal/terminal-path.ts';
import { screenReaderMode } from './screen-reader-mode.ts';
import { TerminalFeed, type FeedState } from './terminal-feed.ts';
import { XtermScreen } from './xterm-screen.ts';

export type LiveTerminal = { readonly feed: TerminalFeed; readonly screen: XtermScreen };

/** A typeface that comes later would be measured wrong; one that never comes is not waited for. */
const fontPatienceMs = 1_000;

const nothing: FeedState = { state: null, fault: null, online: true };
const nowhere = () => () => undefined;
const nobody = () => nothing;

/** A terminal in an element, while the component is mounted; null until it is there. */
export function useTerminal(
  address: TerminalAddress,
  element: RefObject<HTMLElement | null>,
  onLink: (address: string) => void,
): LiveTerminal | null {
  const [live, setLive] = useState<LiveTerminal | null>(null);
  const path = terminalPath(address);
  useEffect(() => {
    const host = element.current;
    if (host === null) return;
    let left = false;
    let made: LiveTerminal | null = null;
    void fontOf(host).then(() => {
      if (left) return;
      made = makeTerminal(address, host, onLink);
      made.feed.run();
      setLive(made);
    });
    return () => {
      left = true;
      made?.feed.stop();
      made?.screen.dispose();
    };
    // oxlint-disable-next-line react/exhaustive-deps -- the path is the address; the rest never changes
  }, [path]);
  return live;
}

/** What is known of a terminal; kept on its screen as well. */
export function useFeedState(live: LiveTerminal | null): FeedState {
  const known = useSyncExternalStore(live?.feed.subscribe ?? nowhere, live?.feed.getSnapshot ?? nobody, nobody);
  const { state, online } = known;
  const isOpen = online && state?.line === 'connected';
  useEffect(() => {
    live?.screen.close(!isOpen);
  }, [live, isOpen]);
  const leads = state?.leads ?? true;
  const [cols, rows] = [state?.size.cols, state?.size.rows];
  useEffect(() => {
    if (live === null) return;
    if (leads || cols === undefined || rows === undefined) live.screen.show(live.screen.room());
    else live.screen.show({ cols, rows });
  }, [live, leads, cols, rows]);
  return known;
}

function makeTerminal(address: TerminalAddress, host: HTMLElement, onLink: (address: string) => void): LiveTerminal {
  const leads = () => feed.getSnapshot().state?.leads ?? true;
  const screen: XtermScreen = new XtermScreen(
    host,
    {
      onLink,
      onInput: (text) => {
        // The server makes who types the one whose room is the size.
        if (!leads()) screen.show(screen.room());
        feed.type(text);
      },
      onRoom: (room) => {
        if (leads()) screen.show(room);
        feed.resize(room);
      },
    },
    { screenReader: screenReaderMode.get() },
  );
  const feed: TerminalFeed = new TerminalFeed(address, screen.room(), screen, {
    line: connection(),
    nextPicture: (callback) => void requestAnimationFrame(callback),
  });
  screen.show(screen.room());
  return { feed, screen };
}

async function fontOf(element: HTMLElement): Promise<void> {
  const { fontSize, fontFamily } = getComputedStyle(element);
  const tooLong = new Promise<void>((resolve) => setTimeout(resolve, fontPatienceMs));
  const loaded = document.fonts.load(`${fontSize} ${fontFamily}`).then(
    () => undefined,
    () => undefined, // the next typeface of the list takes its place
  );
  await Promise.race([loaded, tooLong]);
}
