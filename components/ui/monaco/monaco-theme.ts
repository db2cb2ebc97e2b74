import type { editor } from 'monaco-editor/editor';

const themeName = 'farfield';

/** Token of components/ui/tokens.css → where the editor uses it as background, chrome or caret. */
const chrome: Readonly<Record<string, string>> = {
  'editor.foreground': '--ink-1',
  'editorCursor.foreground': '--ink-1',
  'editorLineNumber.foreground': '--ink-3',
  'editorLineNumber.activeForeground': '--ink-2',
  'editorWidget.background': '--surface-1',
  'editorWidget.foreground': '--ink-1',
  'editorWidget.border': '--line',
  'editorSuggestWidget.background': '--surface-1',
  'editorSuggestWidget.border': '--line-strong',
  'editorSuggestWidget.foreground': '--ink-1',
  'editorSuggestWidget.highlightForeground': '--accent',
  'editorSuggestWidget.focusHighlightForeground': '--accent',
  'editorSuggestWidget.selectedBackground': '--accent-soft',
  'editorSuggestWidget.selectedForeground': '--ink-1',
  'editorSuggestWidget.selectedIconForeground': '--ink-1',
  'input.background': '--surface-2',
  'input.foreground': '--ink-1',
  'input.border': '--line',
  focusBorder: '--accent',
  'editorBracketMatch.border': '--ink-3',
};

/** The same with an alpha in hex: painted over text. */
const tinted: readonly (readonly [string, string, string])[] = [
  ['editor.selectionBackground', '--accent', '40'],
  ['editor.inactiveSelectionBackground', '--accent', '22'],
  ['editor.findMatchBackground', '--amber', '66'],
  ['editor.findMatchHighlightBackground', '--amber', '33'],
  ['editorBracketMatch.background', '--ink-3', '22'],
  ['scrollbarSlider.background', '--ink-3', '44'],
  ['scrollbarSlider.hoverBackground', '--ink-3', '66'],
  ['scrollbarSlider.activeBackground', '--ink-3', '88'],
];

/**
 * Token of a grammar → colour and style. The longest name that fits wins; the last part may be the language. It is the
 * whole list: the editor's own one has colours that are none of the page's.
 */
const syntax: readonly (readonly [string, string, string?])[] = [
  ['', '--ink-1'],
  ['emphasis', '--ink-1', 'italic'],
  ['strong', '--ink-1', 'bold'],
  ['comment', '--ink-3', 'italic'],
  ['keyword', '--violet'],
  // Julia's grammar calls every called function so.
  ['keyword.flow.julia', '--ink-1'],
  ['namespace.cpp', '--violet'],
  ['directive', '--violet'],
  ['string', '--green'],
  ['regexp', '--red'],
  ['number', '--amber'],
  ['constant', '--amber'],
  // `true`, `nothing`, `pi`: names of other things are identifiers there.
  ['variable.julia', '--amber'],
  ['metatag.julia', '--amber'],
  ['type', '--accent'],
  ['tag', '--accent'],
  ['metatag', '--accent'],
  ['annotation', '--accent'],
  ['key', '--accent'],
  ['attribute.name', '--violet'],
  ['attribute.value', '--green'],
  ['predefined', '--accent'],
  ['variable.predefined', '--accent'],
  ['operator', '--ink-2'],
  // AND, IS NULL, JOIN.
  ['operator.sql', '--violet'],
  ['delimiter', '--ink-2'],
  ['invalid', '--red'],
  ['error-token', '--red'],
];

/** Gives the editor the page's colours and follows the page when it changes between light and dark. */
export function followTheme(api: typeof editor): void {
  const apply = () => {
    api.defineTheme(themeName, readTheme());
    api.setTheme(themeName);
  };
  apply();
  // The page lives as long as these do.
  new MutationObserver(apply).observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply);
}

function readTheme(): editor.IStandaloneThemeData {
  const style = getComputedStyle(document.documentElement);
  const pixel = onePixel();
  const hex = (token: string) => pixel(style.getPropertyValue(token));
  const colors: Record<string, string> = { 'editor.background': '#00000000', 'editorGutter.background': '#00000000' };
  for (const [part, token] of Object.entries(chrome)) colors[part] = `#${hex(token)}`;
  for (const [part, token, alpha] of tinted) colors[part] = `#${hex(token)}${alpha}`;
  return {
    base: document.documentElement.dataset['theme'] === 'dark' ? 'vs-dark' : 'vs',
    inherit: false,
    rules: syntax.map(([token, color, fontStyle]) => ({
      token,
      foreground: hex(color),
      ...(fontStyle === undefined ? {} : { fontStyle }),
    })),
    colors,
  };
}

/** Turns any CSS colour into six hex digits by painting it: the editor reads nothing but hex. */
function onePixel(): (color: string) => string {
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  return (color) => {
    if (context === null || color.trim() === '') return '808080';
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
    return [red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('');
  };
}
