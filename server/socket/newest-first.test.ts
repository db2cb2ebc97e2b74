import { expect, it } from 'vitest';
import { NewestFirst } from './newest-first.ts';

/** Questions that are answered when told to. */
function desk() {
  const asked: string[] = [];
  const answers = new Map<string, () => void>();
  const newest = new NewestFirst();
  const ask = (name: string, client = 'a', topic: 'complete' | 'inspect' = 'complete') =>
    newest.ask(client, topic, () => {
      asked.push(name);
      return new Promise<string>((resolve) => answers.set(name, () => resolve(`to ${name}`)));
    });
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
  return { newest, asked, ask, settle, answer: (name: string) => answers.get(name)?.() };
}

it('asks one at a time, then the newest; those between are superseded at once', async () => {
  const { asked, ask, answer, settle } = desk();
  const first = ask('1');
  const second = ask('2');
  const third = ask('3');
  expect(await second).toMatchObject({ fault: 'kernel.superseded' });
  expect(asked).toEqual(['1']);
  answer('1');
  expect(await first).toBe('to 1');
  await settle();
  expect(asked).toEqual(['1', '3']);
  const fourth = ask('4');
  answer('3');
  expect(await third).toBe('to 3');
  await settle();
  answer('4');
  expect(await fourth).toBe('to 4');
  const fifth = ask('5');
  expect(asked).toEqual(['1', '3', '4', '5']);
  answer('5');
  expect(await fifth).toBe('to 5');
});

it('keeps pages and topics apart', async () => {
  const { asked, ask } = desk();
  void ask('1');
  void ask('2', 'b');
  void ask('3', 'a', 'inspect');
  await Promise.resolve();
  expect(asked).toEqual(['1', '2', '3']);
});

it('goes on after a question that failed', async () => {
  const newest = new NewestFirst();
  const failed = newest.ask('a', 'complete', async () => {
    throw new Error('a bug');
  });
  await expect(failed).rejects.toThrow('a bug');
  expect(await newest.ask('a', 'complete', async () => 'fine')).toBe('fine');
});

it('does not ask for a page that is gone', async () => {
  const { newest, asked, ask, answer } = desk();
  const first = ask('1');
  const second = ask('2');
  newest.forget('a');
  expect(await second).toMatchObject({ fault: 'kernel.superseded' });
  answer('1');
  expect(await first).toBe('to 1');
  expect(asked).toEqual(['1']);
});
