import { z } from 'zod';

/** What the owner of a workspace decides for everybody in it. One section per topic; each has a value from the start. */
export const historySettingsSchema = z.object({
  /** Runs are forgotten after so many days; null: never because of their age. */
  days: z.number().int().min(1).max(3_650).nullable(),
  /** The oldest runs are forgotten above so many megabytes (10^6 bytes); null: however large. */
  megabytes: z.number().int().min(1).max(1_000_000).nullable(),
});
export type HistorySettings = z.infer<typeof historySettingsSchema>;

export const idleSettingsSchema = z.object({
  /** By gateway: a kernel that nobody has used for so many minutes is shut down. A gateway that is not named keeps them. */
  minutes: z.record(z.string().max(128), z.number().int().min(1).max(43_200)),
});
export type IdleSettings = z.infer<typeof idleSettingsSchema>;

export const agentSettingsSchema = z.object({
  /** Whether Python kernels that are started from now on get what tells them of clusters and reports progress. */
  enabled: z.boolean(),
});

export const settingsSchema = z.object({
  history: historySettingsSchema,
  idle: idleSettingsSchema,
  agent: agentSettingsSchema,
});
export type Settings = z.infer<typeof settingsSchema>;

export const defaultSettings: Settings = {
  history: { days: 90, megabytes: 2_000 },
  idle: { minutes: {} },
  agent: { enabled: true },
};
