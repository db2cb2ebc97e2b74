/** The code of the picker, which is no part of the page until somebody wants it. */
export const loadPicker = () => import('./kernel-picker.tsx');
