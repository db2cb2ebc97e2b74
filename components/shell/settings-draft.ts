import { callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { HistorySettings, IdleSettings, Settings } from '#lib/core/settings.ts';
import { type NumberField, readWholeNumber } from './number-field.ts';

/** The settings as they stand in the form. */
export type SettingsDraft = {
  readonly days: string;
  readonly megabytes: string;
  /** By gateway. */
  readonly minutes: IdleSettings['minutes'];
  readonly agent: boolean;
};

const daysField: NumberField = { most: 3_650, noun: 'days' };
const megabytesField: NumberField = { most: 1_000_000, noun: 'MB' };
const write = (value: number | null) => (value === null ? '' : String(value));

export function draftOf({ history, idle, agent }: Settings): SettingsDraft {
  return {
    days: write(history.days),
    megabytes: write(history.megabytes),
    minutes: idle.minutes,
    agent: agent.enabled,
  };
}

/** Null: kernels of this gateway are kept. */
export function withMinutes(draft: SettingsDraft, gateway: string, minutes: number | null): SettingsDraft {
  const { [gateway]: _, ...others } = draft.minutes;
  return { ...draft, minutes: minutes === null ? others : { ...others, [gateway]: minutes } };
}

export type ReadDraft = {
  /** Null while a field has what it cannot have. */
  readonly settings: Settings | null;
  /** A sentence for each such field. */
  readonly wrong: { readonly days?: string; readonly megabytes?: string };
};

export function readDraft(draft: SettingsDraft): ReadDraft {
  const days = readWholeNumber(draft.days, daysField);
  const megabytes = readWholeNumber(draft.megabytes, megabytesField);
  if (typeof days !== 'string' && typeof megabytes !== 'string')
    return {
      settings: { history: { days, megabytes }, idle: { minutes: draft.minutes }, agent: { enabled: draft.agent } },
      wrong: {},
    };
  return {
    settings: null,
    wrong: {
      ...(typeof days === 'string' ? { days } : {}),
      ...(typeof megabytes === 'string' ? { megabytes } : {}),
    },
  };
}

/** What saving asks of the server. */
export type SettingsEffects = { readonly call: typeof callApi };

/**
 * Saves what was changed and nothing else. The server replaces whole sections: each field of the history and each
 * gateway's policy that was changed here goes into what is read at saving, beside what somebody else has changed
 * meanwhile.
 */
export async function saveSettings(
  before: Settings,
  after: Settings,
  { call }: SettingsEffects = { call: callApi },
): Promise<Fault | null> {
  const history = isChanged(before.history, after.history);
  const idle = isChanged(before.idle.minutes, after.idle.minutes);
  const agent = before.agent.enabled !== after.agent.enabled;
  if (!history && !idle && !agent) return null;
  const present = await call('readSettings');
  if (isFault(present)) return present;
  const answer = await call('changeSettings', {
    body: {
      ...(history ? { history: mergeHistory(before.history, after.history, present.history) } : {}),
      ...(idle ? { idle: { minutes: mergeMinutes(before.idle, after.idle, present.idle) } } : {}),
      ...(agent ? { agent: after.agent } : {}),
    },
  });
  return isFault(answer) ? answer : null;
}

type Values = Readonly<Record<string, number | null>>;

const isChanged = (before: Values, after: Values) =>
  Object.keys({ ...before, ...after }).some((name) => before[name] !== after[name]);

const merge = <Value>(before: Value, after: Value, present: Value): Value => (after === before ? present : after);

const mergeHistory = (before: HistorySettings, after: HistorySettings, present: HistorySettings): HistorySettings => ({
  days: merge(before.days, after.days, present.days),
  megabytes: merge(before.megabytes, after.megabytes, present.megabytes),
});

function mergeMinutes(before: IdleSettings, after: IdleSettings, present: IdleSettings): IdleSettings['minutes'] {
  const gateways = Object.keys({ ...present.minutes, ...after.minutes });
  return Object.fromEntries(
    gateways.flatMap((id) => {
      const minutes = merge(before.minutes[id], after.minutes[id], present.minutes[id]);
      return minutes === undefined ? [] : [[id, minutes] as const];
    }),
  );
}
