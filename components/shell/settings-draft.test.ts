import { expect, it } from 'vitest';
import type { callApi } from '#lib/client/api.ts';
import { fault } from '#lib/core/fault.ts';
import type { Settings } from '#lib/core/settings.ts';
import { draftOf, readDraft, saveSettings, withMinutes } from './settings-draft.ts';

const settings = (minutes: Record<string, number>, days: number | null = 90): Settings => ({
  history: { days, megabytes: null },
  idle: { minutes },
  agent: { enabled: true },
});

/** A server with these settings, and what it was asked to change. */
function served(kept: Settings, broken = false) {
  const changes: Partial<Settings>[] = [];
  const call = (async (name: string, input?: { body: Partial<Settings> }) => {
    await Promise.resolve();
    if (broken) return fault('server.stopping', 'gone');
    if (name === 'changeSettings' && input !== undefined) changes.push(input.body);
    return kept;
  }) as unknown as typeof callApi;
  return { changes, effects: { call } };
}

it('reads what stands in the form, or says what is wrong with it', () => {
  const draft = draftOf(settings({ a: 5 }));
  expect(draft).toEqual({ days: '90', megabytes: '', minutes: { a: 5 }, agent: true });
  expect(readDraft(draft)).toEqual({ settings: settings({ a: 5 }), wrong: {} });
  expect(readDraft({ ...draft, days: '0' })).toEqual({
    settings: null,
    wrong: { days: 'A whole number of days, from 1 to 3,650.' },
  });
  expect(withMinutes(withMinutes(draft, 'b', 30), 'a', null).minutes).toEqual({ b: 30 });
});

const forgetting = (days: number | null, megabytes: number | null): Settings => ({
  ...settings({ a: 5 }),
  history: { days, megabytes },
});

it.each<[string, Settings, Settings['history']]>([
  ['the days, beside the megabytes', forgetting(7, null), { days: 7, megabytes: 500 }],
  ['the megabytes, beside the days', forgetting(90, 1), { days: 30, megabytes: 1 }],
  ['both', forgetting(7, 1), { days: 7, megabytes: 1 }],
])('saves of the history %s that another tab has set', async (_, after, history) => {
  const { changes, effects } = served(forgetting(30, 500));
  expect(await saveSettings(settings({ a: 5 }), after, effects)).toBeNull();
  expect(changes).toEqual([{ history }]);
});

it.each<[string, Settings, Partial<Settings>[]]>([
  ['nothing', settings({ a: 5 }), []],
  ['the history alone', settings({ a: 5 }, 7), [{ history: { days: 7, megabytes: null } }]],
  ['a policy, beside what another tab has set', settings({ a: 15 }), [{ idle: { minutes: { a: 15, c: 60 } } }]],
  ['a policy taken back', settings({}), [{ idle: { minutes: { c: 60 } } }]],
  [
    'both',
    settings({ a: 5, b: 30 }, null),
    [{ history: { days: null, megabytes: null }, idle: { minutes: { a: 5, b: 30, c: 60 } } }],
  ],
])('saves %s', async (_, after, asked) => {
  const { changes, effects } = served(settings({ a: 5, c: 60 }));
  expect(await saveSettings(settings({ a: 5 }), after, effects)).toBeNull();
  expect(changes).toEqual(asked);
});

it.each([settings({ a: 15 }), settings({}, 7)])('changes nothing when what is set cannot be read', async (after) => {
  const { changes, effects } = served(settings({}), true);
  expect(await saveSettings(settings({}), after, effects)).toMatchObject({ message: 'gone' });
  expect(changes).toEqual([]);
});
