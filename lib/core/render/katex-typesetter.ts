import katex from 'katex';
import { setTypesetter } from './typesetter.ts';

/** Nothing is trusted: `\href`, `\includegraphics` and `\html…` are errors, macro expansion and sizes are bounded. */
setTypesetter((tex, displayMode) =>
  katex.renderToString(tex, {
    displayMode,
    trust: false,
    strict: 'ignore',
    throwOnError: true,
    maxSize: 40,
    maxExpand: 500,
    output: 'htmlAndMathml',
  }),
);
