import type { ProbeWindow, Scrolled } from './page-window.ts';

/**
 * Runs in the page before any script of it. A change made inside a frame callback is painted by that frame, one made
 * elsewhere by the next: the probe wraps `requestAnimationFrame` to know which it sees.
 */
export function installProbe(): void {
  const nextFrame = window.requestAnimationFrame.bind(window);
  let inFrame = false;
  // A message is handled after the frame: what a callback's own promises change is painted by it, too.
  const frameOver = new MessageChannel();
  frameOver.port1.addEventListener('message', () => (inFrame = false));
  frameOver.port1.start();
  window.requestAnimationFrame = (callback) =>
    nextFrame((at) => {
      inFrame = true;
      try {
        callback(at);
      } finally {
        frameOver.port2.postMessage(null);
      }
    });

  /** A message is handled after the frame that is being made. */
  const afterFrame = (done: () => void) => {
    const post = () => {
      const channel = new MessageChannel();
      channel.port1.addEventListener('message', done, { once: true });
      channel.port1.start();
      channel.port2.postMessage(null);
    };
    if (inFrame) post();
    else nextFrame(post);
  };

  const painted = (condition: () => boolean, limitMs = 60_000) =>
    new Promise<number>((resolve) => {
      const startedAt = performance.now();
      let over = false;
      const finish = (found: boolean) => {
        over = true;
        observer.disconnect();
        if (found) afterFrame(() => resolve(performance.now()));
        else resolve(Number.POSITIVE_INFINITY);
      };
      const look = () => {
        if (over) return;
        if (condition()) finish(true);
        else if (performance.now() - startedAt > limitMs) finish(false);
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
      const everyFrame = () => {
        look();
        if (!over) nextFrame(everyFrame);
      };
      look();
      nextFrame(everyFrame);
    });

  let inputAt = 0;
  let armed: Promise<number> = Promise.resolve(0);
  let done = false;
  for (const type of ['keydown', 'mouseup', 'click', 'dblclick'] as const) {
    window.addEventListener(type, (event) => (inputAt = event.timeStamp), { capture: true });
  }

  const tasks: { readonly start: number; readonly duration: number }[] = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) tasks.push({ start: startTime, duration });
  }).observe({ type: 'longtask', buffered: true });

  let stopKeys = () => {};
  let samples: number[] = [];
  let waiting: { readonly at: number; readonly length: number }[] = [];
  let lost = 0;
  const watchKeys = (index: number) => {
    stopKeys();
    samples = [];
    waiting = [];
    lost = 0;
    const { hooks } = window as unknown as ProbeWindow;
    const length = () => {
      const cell = hooks.cell(index);
      return cell === null ? -1 : hooks.source(cell).length;
    };
    let expected = length();
    const press = (event: KeyboardEvent) => {
      if (!(hooks.cell(index)?.contains(event.target as Node) ?? false)) {
        lost++;
        return;
      }
      expected += event.key === 'Backspace' ? -1 : 1;
      waiting.push({ at: event.timeStamp, length: expected });
    };
    const look = () => {
      const now = length();
      const last = waiting.findLastIndex((one) => one.length === now);
      if (last === -1) return;
      const shown = waiting.splice(0, last + 1);
      const frame = () => {
        const at = performance.now();
        for (const one of shown) samples.push(at - one.at);
      };
      if (inFrame) frame();
      else nextFrame(frame);
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    window.addEventListener('keydown', press, { capture: true });
    // With every frame asked for, a key waits for the next one as it does beside a blinking caret: half a frame on average.
    let over = false;
    const everyFrame = () => void (over || nextFrame(everyFrame));
    everyFrame();
    stopKeys = () => {
      over = true;
      observer.disconnect();
      window.removeEventListener('keydown', press, { capture: true });
    };
  };

  /** Whether more than a gap between two cells shows nothing, or a cell shows nothing. */
  const widestGap = 48;
  const isBlank = (view: DOMRect): boolean => {
    const { hooks } = window as unknown as ProbeWindow;
    const cells = hooks.cells();
    let from = 0;
    // Thousands of cells in the DOM lie in order; few may lie in any.
    if (cells.length > 200) {
      let end = cells.length;
      while (from < end) {
        const middle = (from + end) >> 1;
        if ((cells[middle] as HTMLElement).getBoundingClientRect().bottom < view.top) from = middle + 1;
        else end = middle;
      }
    }
    const boxes: DOMRect[] = [];
    for (let at = from; at < cells.length; at++) {
      const cell = cells[at] as HTMLElement;
      const box = cell.getBoundingClientRect();
      if (box.top > view.bottom) {
        if (cells.length > 200) break;
        continue;
      }
      if (box.bottom < view.top || box.height === 0) continue;
      if (cell.textContent === '') return true;
      boxes.push(box);
    }
    boxes.sort((a, b) => a.top - b.top);
    let covered = view.top;
    for (const box of boxes) {
      if (box.top - covered > widestGap) return true;
      covered = Math.max(covered, box.bottom);
    }
    return view.bottom - covered > widestGap;
  };

  const scroll = (pxPerSecond: number, forMs: number) =>
    new Promise<Scrolled>((resolve) => {
      const scroller = (window as unknown as ProbeWindow).hooks.scroller();
      if (scroller === null) throw new Error('there is nothing to scroll');
      const startedAt = performance.now();
      let previous = startedAt;
      let direction = 1;
      let [frames, worstGap, blank, counted, mostElements, elementsAt] = [0, 0, 0, 0, 0, 0];
      const frame = () => {
        const now = performance.now();
        const passed = now - previous;
        previous = now;
        if (frames++ > 0) worstGap = Math.max(worstGap, passed);
        const lowest = scroller.scrollHeight - scroller.clientHeight;
        const wanted = scroller.scrollTop + (direction * pxPerSecond * passed) / 1000;
        if (wanted >= lowest) direction = -1;
        if (wanted <= 0) direction = 1;
        scroller.scrollTop = wanted;
        // Near the ends the view may show what is above the first cell or below the last.
        if (wanted > scroller.clientHeight && wanted < lowest - scroller.clientHeight) {
          counted++;
          if (isBlank(scroller.getBoundingClientRect())) blank++;
        }
        if (now - elementsAt > 500) {
          elementsAt = now;
          mostElements = Math.max(mostElements, document.getElementsByTagName('*').length);
        }
        if (now - startedAt < forMs) nextFrame(frame);
        else resolve({ frames, lasted: now - startedAt, worstGap, blank, counted, mostElements });
      };
      nextFrame(frame);
    });

  let outputChanges = () => ({ all: 0, mostPerFrame: 0 });
  const watchOutput = (index: number) => {
    const { hooks } = window as unknown as ProbeWindow;
    const text = () => {
      const cell = hooks.cell(index);
      return cell === null ? '' : hooks.output(cell);
    };
    let [shown, all, inThisFrame, mostPerFrame, over] = [text(), 0, 0, 0, false];
    const observer = new MutationObserver(() => {
      const now = text();
      if (now === shown) return;
      shown = now;
      all++;
      mostPerFrame = Math.max(mostPerFrame, ++inThisFrame);
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    const everyFrame = () => {
      inThisFrame = 0;
      if (!over) nextFrame(everyFrame);
    };
    nextFrame(everyFrame);
    outputChanges = () => {
      over = true;
      observer.disconnect();
      return { all, mostPerFrame };
    };
  };

  (window as unknown as ProbeWindow).probe = {
    painted,
    arm: (condition, limitMs) => {
      done = false;
      armed = painted(condition, limitMs);
      void armed.then(() => (done = true));
    },
    sinceInput: () => armed.then((at) => at - inputAt),
    at: () => armed,
    isDone: () => done,
    watchKeys,
    keys: () => {
      stopKeys();
      return { samples, lost: lost + waiting.length };
    },
    scroll,
    watchOutput,
    outputChanges: () => outputChanges(),
    longestTask: (from) => Math.max(0, ...tasks.filter((task) => task.start >= from).map((task) => task.duration)),
  };
}

/** Begins to wait for the text of the first cell. */
export function watchFirstCell(marker: string): void {
  const page = window as unknown as ProbeWindow;
  page.firstCell = page.probe.painted(() => {
    const cell = page.hooks.cell(0);
    return cell !== null && cell.clientHeight > 0 && page.hooks.source(cell).includes(marker);
  });
}
