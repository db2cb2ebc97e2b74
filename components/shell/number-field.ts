export type NumberField = { readonly most: number; readonly noun: string };

/** What was typed for a number from 1 on: null for nothing, a sentence for what is no such number. */
export function readWholeNumber(text: string, { most, noun }: NumberField): number | null | string {
  const typed = text.trim();
  if (typed === '') return null;
  const value = /^\d{1,12}$/.test(typed) ? Number(typed) : Number.NaN;
  if (value >= 1 && value <= most) return value;
  return `A whole number of ${noun}, from 1 to ${most.toLocaleString('en')}.`;
}
