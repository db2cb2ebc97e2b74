import { describe, expect, it } from 'vitest';
import { guardSequences } from './guard-sequences.ts';

/** Which handlers there are, by what they answer to; true means that xterm itself never sees the sequence. */
function guarded(answers: boolean) {
  const osc = new Map<number, (text: string) => boolean>();
  const csi = new Map<string, () => boolean>();
  const dcs = new Map<string, () => boolean>();
  const key = ({
    prefix = '',
    intermediates = '',
    final,
  }: {
    prefix?: string;
    intermediates?: string;
    final: string;
  }) => `${prefix}${intermediates}${final}`;
  guardSequences(
    {
      registerOscHandler: (code, handler) => osc.set(code, handler),
      registerCsiHandler: (id, handler) => csi.set(key(id), handler),
      registerDcsHandler: (id, handler) => dcs.set(key(id), handler),
    },
    () => answers,
  );
  return { osc, csi, dcs };
}

describe('guardSequences', () => {
  it.each([
    [0, 'a title'],
    [2, 'a title'],
    [52, 'c;ZXZpbA=='],
    [52, 'c;?'],
    [9, 'a notice'],
    [777, 'notify;a;b'],
    [1337, 'File=inline=1:AAAA'],
  ])('OSC %i never reaches the screen', (code, text) => {
    for (const answers of [true, false]) expect(guarded(answers).osc.get(code)?.(text)).toBe(true);
  });

  it.each(['c', '>c', 'n', '?n', '$p', '?$p'])('the question CSI %s is answered only while it may be', (id) => {
    expect(guarded(true).csi.get(id)?.()).toBe(false);
    expect(guarded(false).csi.get(id)?.()).toBe(true);
  });

  it('windows are neither moved nor asked about', () => {
    for (const answers of [true, false]) expect(guarded(answers).csi.get('t')?.()).toBe(true);
  });

  it('colours may be set, and asked for only while that is answered', () => {
    expect(guarded(false).osc.get(11)?.('#fff')).toBe(false);
    expect(guarded(false).osc.get(11)?.('?')).toBe(true);
    expect(guarded(true).osc.get(11)?.('?')).toBe(false);
    expect(guarded(false).dcs.get('$q')?.()).toBe(true);
  });
});
