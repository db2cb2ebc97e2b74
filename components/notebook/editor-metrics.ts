/** Of the live editor and of the still text (static-source.module.css): the same lines at the same places. px */
export const lineHeight = 20;
export const editorPadding = 8;
