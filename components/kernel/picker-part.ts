import { fetchedPart } from '#components/ui/fetched-part.tsx';

/** The picker, which is no part of the page until somebody wants it. */
export const { Part: KernelPicker, fetch: fetchPicker } = fetchedPart(() =>
  import('./kernel-picker.tsx').then(({ KernelPicker: picker }) => picker),
);
