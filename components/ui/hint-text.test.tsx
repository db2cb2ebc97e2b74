import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { HintText } from './hint-text.tsx';

test.each([
  ['Run: npm run login – and open the link.', 'Run: <code>npm run login</code> – and open the link.'],
  ['Run: apt install python3-venv', 'Run: <code>apt install python3-venv</code>'],
  ['Use `npm start` again.', 'Use <code>npm start</code> again.'],
  ['Check the token.', 'Check the token.'],
])('%s', (hint, html) => expect(renderToStaticMarkup(<HintText hint={hint} />)).toBe(html));
