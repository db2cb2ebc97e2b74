import { describe, expect, it } from 'vitest';
import { Scrollback } from './scrollback.ts';

const rest = (kept: Scrollback) => kept.slice(kept.start, kept.end - kept.start);

describe('Scrollback', () => {
  it('keeps what comes, by position', () => {
    const kept = new Scrollback(1_000);
    kept.append('one\n');
    kept.append('two\n');
    expect([kept.start, kept.end]).toEqual([0, 8]);
    expect(kept.slice(4, 100)).toBe('two\n');
    expect(kept.slice(2, 3)).toBe('e\nt');
    expect(kept.slice(8, 100)).toBe('');
    expect(kept.tail(4)).toBe('two\n');
  });

  it('drops the oldest lines whole, and stays within its bound whatever comes', () => {
    const kept = new Scrollback(10_000);
    let all = '';
    for (let line = 0; line < 5_000; line += 1) {
      const text = `line ${line}\n`;
      all += text;
      kept.append(text);
      expect(kept.end - kept.start).toBeLessThanOrEqual(11_250);
    }
    expect(kept.end).toBe(all.length);
    expect(rest(kept)).toBe(all.slice(kept.start));
    expect(rest(kept)).toMatch(/^line \d+\n/);
  });

  it.each([
    ['one line without an end', 'x'.repeat(500_000)],
    ['pairs of surrogates', '😀'.repeat(200_000)],
    ['one append of many lines', 'abcdefg\n'.repeat(100_000)],
  ])('stays within its bound with %s', (_, text) => {
    const kept = new Scrollback(10_000);
    kept.append(text);
    expect(kept.end).toBe(text.length);
    expect(kept.end - kept.start).toBeLessThanOrEqual(11_250);
    expect(rest(kept)).toBe(text.slice(kept.start));
    expect(rest(kept).isWellFormed()).toBe(true);
  });

  it('cuts no character in two', () => {
    const kept = new Scrollback(10_000);
    kept.append('a😀😀');
    expect(kept.slice(0, 2)).toBe('a');
    expect(kept.slice(0, 3)).toBe('a😀');
  });

  it('remembers the modes that dropped text had set', () => {
    const kept = new Scrollback(1_000);
    kept.append('\u001B[?2004h\u001B[?1049h\u001B[?25l\u001B[?1;1006h\n');
    expect(kept.prologue).toBe('');
    kept.append('text\n'.repeat(2_000));
    expect(kept.prologue).toBe('\u001B[?2004h\u001B[?1049h\u001B[?25l\u001B[?1h\u001B[?1006h');
    kept.append('\u001B[?1049l\u001B[?25h\n');
    kept.append('text\n'.repeat(2_000));
    expect(kept.prologue).toBe('\u001B[?2004h\u001B[?1h\u001B[?1006h');
    kept.append('\u001Bc\n');
    kept.append('text\n'.repeat(2_000));
    expect(kept.prologue).toBe('');
  });
});
