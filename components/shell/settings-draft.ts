import { callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { IdleSettings, Settings } from '#lib/core/settings.ts';
import { type NumberField, readWholeNumber } from './number-field.ts';

/** The settings as they stand in the form. */
export type SettingsDraft = {
  readonly days: string;
  readonly megabytes: string;
  /** By gateway. */
  readonly minutes: IdleSettings['minutes'];
};

const daysField: NumberField = { most: 3_650, noun: 'days' };
const megabytesField: NumberField = { most: 1_000_000, noun: 'MB' };
const write = (value: number | null) => (value === null ? '' : String(value));

export function draftOf({ history, idle }: Settings): SettingsDraft {
  return { days: write(history.days), megabytes: write(history.megabytes), minutes: idle.minutes };
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
    return { settings: { history: { days, megabytes }, idle: { minutes: draft.minutes } }, wrong: {} };
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
 * Saves what was changed and nothing else. The server keeps the policies of all gateways as one value: those that were
 * changed here go into what was read just before, beside what somebody else has changed meanwhile.
 */
export async function saveSettings(
  before: Settings,
  after: Settings,
  { call }: SettingsEffects = { call: callApi },
): Promise<Fault | null> {
  const { days, megabytes } = after.history;
  const history = days !== before.history.days || megabytes !== before.history.megabytes;
  const [old, wanted] = [before.idle.minutes, after.idle.minutes];
  const gateways = [...new Set([...Object.keys(old), ...Object.keys(wanted)])].filter((id) => old[id] !== wanted[id]);
  if (!history && gateways.length === 0) return null;
  const present = gateways.length === 0 ? before : await call('readSettings');
  if (isFault(present)) return present;
  const kept = Object.entries(present.idle.minutes).filter(([id]) => !gateways.includes(id));
  const set = Object.entries(wanted).filter(([id]) => gateways.includes(id));
  const answer = await call('changeSettings', {
    body: {
      ...(history ? { history: after.history } : {}),
      ...(gateways.length === 0 ? {} : { idle: { minutes: Object.fromEntries([...kept, ...set]) } }),
    },
  });
  return isFault(answer) ? answer : null;
}
