import { FitAddon } from '@xterm/addon-fit';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { type ITheme, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
// The tokens of the sixteen colours.
import '#components/output/output.css';
import type { TerminalSize } from '#lib/protocol/terminal-size.ts';
import { describeKeys } from '#lib/client/actions/action-registry.ts';
import { isPageKey } from '#lib/client/actions/dispatch-keys.ts';
import { cleanPaste } from './clean-paste.ts';
import { guardSequences } from './guard-sequences.ts';
import { leaveKey } from './leave-key.ts';
import { linkOf } from './link-of.ts';
import type { Screen } from './terminal-feed.ts';
import { ansiNames, readTheme } from './terminal-theme.ts';

export type XtermEvents = {
  /** Typed, pasted, or the answer to a program. */
  readonly onInput: (text: string) => void;
  /** A link was pressed: nothing is opened yet. */
  readonly onLink: (address: string) => void;
  /** The element has room for so much. */
  readonly onRoom: (room: TerminalSize) => void;
};

/** Lines above the screen that can be scrolled back to; what the server keeps is bounded in characters. */
const scrollbackLines = 10_000;

/**
 * The screen of a terminal: xterm.js in an element, with everything off that text of a program could abuse. The only file
 * that knows xterm.
 */
export class XtermScreen implements Screen {
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #element: HTMLElement;
  readonly #events: XtermEvents;
  readonly #stops: (() => void)[] = [];
  #answers = false;
  #rendered = 0;

  constructor(element: HTMLElement, events: XtermEvents, options: { readonly screenReader: boolean }) {
    this.#element = element;
    this.#events = events;
    Terminal.strings.promptLabel = `Terminal input. ${describeKeys({ keys: [leaveKey] })} leaves it.`;
    const style = getComputedStyle(element);
    this.#terminal = new Terminal({
      fontFamily: style.fontFamily,
      fontSize: Number.parseFloat(style.fontSize),
      lineHeight: 1.2,
      letterSpacing: 0,
      cursorBlink: false,
      scrollback: scrollbackLines,
      theme: themeOf(element),
      minimumContrastRatio: 4.5,
      screenReaderMode: options.screenReader,
      allowProposedApi: false,
      allowTransparency: false,
      rightClickSelectsWord: false,
      macOptionClickForcesSelection: true,
      // Reports of position, size and title of a window are off as they come.
      windowOptions: {},
      linkHandler: {
        allowNonHttpProtocols: false,
        activate: (_event, text) => this.#press(text),
      },
    });
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.loadAddon(new WebLinksAddon((_event, text) => this.#press(text)));
    guardSequences(this.#terminal.parser, () => this.#answers);
    this.#terminal.attachCustomKeyEventHandler((event) => !isPageKey(event));
    this.#terminal.onData((text) => events.onInput(text));
    this.#terminal.onRender(() => {
      this.#rendered += 1;
      element.dataset['renders'] = String(this.#rendered);
    });
    this.#terminal.open(element);
    this.#watch();
  }

  write(text: string, answers: boolean, done: () => void): void {
    this.#answers = answers;
    this.#terminal.write(text, done);
  }

  /** What the element has room for. */
  room(): TerminalSize {
    const proposed = this.#fit.proposeDimensions();
    return {
      cols: within(proposed?.cols ?? 80, 2, 1_000),
      rows: within(proposed?.rows ?? 24, 1, 1_000),
    };
  }

  /** Takes a size, of the own window or of another one that leads. */
  show({ cols, rows }: TerminalSize): void {
    if (this.#terminal.cols !== cols || this.#terminal.rows !== rows) this.#terminal.resize(cols, rows);
  }

  readAloud(on: boolean): void {
    this.#terminal.options.screenReaderMode = on;
  }

  /** While it is closed nothing can be typed. */
  close(closed: boolean): void {
    this.#terminal.options.disableStdin = closed;
    this.#terminal.options.cursorInactiveStyle = closed ? 'none' : 'outline';
  }

  focus(): void {
    this.#terminal.focus();
  }

  /** The selected text; null where nothing is selected. */
  selection(): string | null {
    return this.#terminal.hasSelection() ? this.#terminal.getSelection() : null;
  }

  dispose(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#terminal.dispose();
  }

  #press(text: string): void {
    const address = linkOf(text);
    if (address !== null) this.#events.onLink(address);
  }

  #watch(): void {
    const element = this.#element;
    const resized = new ResizeObserver(() => {
      // A document that is not shown has no room at all, which is no size.
      if (element.clientWidth > 0 && element.clientHeight > 0) this.#events.onRoom(this.room());
    });
    resized.observe(element);
    const themed = new MutationObserver(() => (this.#terminal.options.theme = themeOf(element)));
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    // Before xterm reads it: its own brackets around a paste can be closed by what is pasted.
    const paste = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData('text/plain');
      event.preventDefault();
      event.stopPropagation();
      if (text !== undefined && text !== '') this.#terminal.paste(cleanPaste(text));
    };
    element.addEventListener('paste', paste, { capture: true });
    this.#stops.push(
      () => resized.disconnect(),
      () => themed.disconnect(),
      () => element.removeEventListener('paste', paste, { capture: true }),
    );
  }
}

function themeOf(element: HTMLElement): ITheme {
  const style = getComputedStyle(element);
  const theme = readTheme((name) => style.getPropertyValue(name).trim());
  const ansi = Object.fromEntries(ansiNames.map((name, at) => [name, theme.ansi[at]]));
  const { background, ink, cursor, selection } = theme;
  return {
    ...ansi,
    background,
    foreground: ink,
    cursor,
    cursorAccent: background,
    selectionBackground: selection,
    selectionInactiveBackground: selection,
  };
}

function within(value: number, least: number, most: number): number {
  return Number.isFinite(value) ? Math.max(least, Math.min(most, Math.floor(value))) : least;
}
