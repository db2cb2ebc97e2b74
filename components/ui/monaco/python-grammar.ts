import type { languages } from 'monaco-editor/editor';

/** What is open when a line begins and may not be open then ends there. */
const lineEnds: languages.IMonarchLanguageRule = [/^/, { token: '', next: '@pop' }];

/**
 * The colours of Python as notebooks write it. The editor's own grammar ends an f-string of three quotes with its first
 * line, and from its last quotes on takes the rest of the cell for text; it knows no magics, and calls every method
 * `filter` or `format` a keyword.
 */
export const pythonGrammar: languages.IMonarchLanguage = {
  defaultToken: '',
  tokenPostfix: '.python',
  unicode: true,
  brackets: [
    { open: '{', close: '}', token: 'delimiter.curly' },
    { open: '[', close: ']', token: 'delimiter.bracket' },
    { open: '(', close: ')', token: 'delimiter.parenthesis' },
  ],
  keywords:
    words(`and as assert async await break class continue def del elif else except finally for from global if import
    in is lambda nonlocal not or pass raise return try while with yield`),
  constants: words('False None True Ellipsis NotImplemented __debug__'),
  builtins:
    words(`abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex
    delattr dict dir display divmod enumerate eval exec filter float format frozenset getattr globals hasattr hash help hex
    id input int isinstance issubclass iter len list locals map max memoryview min next object oct open ord pow print
    property range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip`),
  name: /[\p{L}_][\p{L}\p{M}\p{N}_]*/u,
  tokenizer: {
    root: [
      [/^(\s*)(%%?[a-zA-Z]\w*)/, ['white', 'annotation']],
      [/^(\s*)(!!?)(.*)$/, ['white', 'annotation', '']],
      [/^(\s*)(@@@name(?:\.@name)*)/, ['white', 'annotation']],
      [/^(\s*)(match|case)(?=\s+[^\s=.,)\]:].*:\s*(?:#.*)?$)/, ['white', 'keyword']],
      [/^(\s*)(type)(?=\s+@name\s*(?:\[.*\]\s*)?=)/, ['white', 'keyword']],
      { include: '@code' },
    ],
    code: [
      [/\s+/, 'white'],
      [/#.*$/, 'comment'],
      // Letters before the quotes say whether braces in the text hold code.
      [/(?:[fFtT][rR]?|[rR][fFtT])("""|''')/, { token: 'string', next: '@formatted3.$1' }],
      [/(?:[fFtT][rR]?|[rR][fFtT])(["'])/, { token: 'string', next: '@formatted1.$1' }],
      [/(?:[bB][rR]?|[rR][bB]?|[uU])?("""|''')/, { token: 'string', next: '@text3.$1' }],
      [/(?:[bB][rR]?|[rR][bB]?|[uU])?(["'])/, { token: 'string', next: '@text1.$1' }],
      [/0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+/, 'number'],
      [/(?:\d[\d_]*)?\.\d[\d_]*(?:[eE][+-]?\d[\d_]*)?[jJ]?/, 'number'],
      [/\d[\d_]*\.?(?:[eE][+-]?\d[\d_]*)?[jJlL]?/, 'number'],
      [/(\.)(\s*)(@name)/, ['delimiter', 'white', 'identifier']],
      [
        /@name/,
        {
          cases: {
            '@keywords': 'keyword',
            '@constants': 'constant',
            '@builtins': 'predefined',
            '@default': 'identifier',
          },
        },
      ],
      [/[{}()[\]]/, '@brackets'],
      [/[,:;.]/, 'delimiter'],
      [/[-+*/%&|^~<>=!@]+/, 'operator'],
    ],
    // Texts: `$S2` is the quotes that began them. Those in one quote end with their line, if nothing else does.
    text1: [lineEnds, [/\\$/, { token: 'string', switchTo: '@carried.$S2' }], { include: '@text' }],
    text3: [{ include: '@text' }],
    text: [
      [/$S2/, { token: 'string', next: '@pop' }],
      [/\\./, 'string'],
      [/[^\\"']+|[\\"']/, 'string'],
    ],
    // The line after one that ends with a backslash.
    carried: [
      [/$S2/, { token: 'string', next: '@pop' }],
      [/\\$/, 'string'],
      [/\\.|[^\\"']+|["']/, { token: 'string', switchTo: '@text1.$S2' }],
      lineEnds,
    ],
    formatted1: [lineEnds, [/\{(?!\{)/, { token: 'key', next: '@field1' }], { include: '@formatted' }],
    formatted3: [[/\{(?!\{)/, { token: 'key', next: '@field3' }], { include: '@formatted' }],
    formatted: [
      [/$S2/, { token: 'string', next: '@pop' }],
      [/\{\{|\}\}|\\./, 'string'],
      [/[^\\"'{}]+|[\\"'}]/, 'string'],
    ],
    // Between the braces of a formatted text: code, then perhaps how it is written.
    field1: [
      lineEnds,
      { include: '@field' },
      [/[{([]/, { token: '@brackets', next: '@nested1' }],
      { include: '@code' },
    ],
    field3: [{ include: '@field' }, [/[{([]/, { token: '@brackets', next: '@nested3' }], { include: '@code' }],
    field: [
      [/\}/, { token: 'key', next: '@pop' }],
      [/![ars](?=[:}])/, 'key'],
      [/:/, { token: 'key', switchTo: '@written' }],
    ],
    nested1: [lineEnds, ...inBrackets('@nested1')],
    nested3: inBrackets('@nested3'),
    written: [
      lineEnds,
      [/\}/, { token: 'key', next: '@pop' }],
      [/\{/, { token: 'key', next: '@field1' }],
      [/[^{}]+/, 'string'],
    ],
  },
};

function words(text: string): string[] {
  return text.split(/\s+/);
}

/** Brackets within a formatted text: a colon in them is code. */
function inBrackets(state: string): languages.IMonarchLanguageRule[] {
  return [
    [/[)}\]]/, { token: '@brackets', next: '@pop' }],
    [/[{([]/, { token: '@brackets', next: state }],
    { include: '@code' },
  ];
}
