import type { RunId } from '#lib/core/ids.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';

/**
 * Fewer events with the same end: neighbouring stream texts of one run and name are joined, and of neighbouring updates
 * to one display the last wins, as does the last word on a run's progress (what is lost is where its pace was told from).
 */
export function mergeEvents(events: readonly SessionEvent[]): SessionEvent[] {
  const merged: SessionEvent[] = [];
  let texts: string[] = [];
  const endText = (): void => {
    const last = merged.at(-1);
    if (texts.length > 1 && last?.type === 'StreamArrived')
      merged[merged.length - 1] = { ...last, text: texts.join('') };
    texts = [];
  };
  const progress = lastProgress(events);
  for (const event of events) {
    if (event.type === 'ProgressArrived' && progress.get(event.runId) !== event) continue;
    const last = merged.at(-1);
    if (event.type === 'StreamArrived') {
      if (last?.type === 'StreamArrived' && last.runId === event.runId && last.name === event.name) {
        texts.push(event.text);
        continue;
      }
      endText();
      texts = [event.text];
      merged.push(event);
      continue;
    }
    endText();
    if (event.type === 'DisplayUpdated') {
      // Only updates between: they touch other displays, so taking the earlier one out changes nothing.
      for (let at = merged.length - 1; at >= 0; at -= 1) {
        const earlier = merged[at];
        if (earlier?.type !== 'DisplayUpdated') break;
        if (earlier.displayId === event.displayId) merged.splice(at, 1);
      }
    }
    merged.push(event);
  }
  endText();
  return merged;
}

function lastProgress(events: readonly SessionEvent[]): ReadonlyMap<RunId, SessionEvent> {
  const last = new Map<RunId, SessionEvent>();
  for (const event of events) if (event.type === 'ProgressArrived') last.set(event.runId, event);
  return last;
}
