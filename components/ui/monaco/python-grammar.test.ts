import { describe, expect, it } from 'vitest';
import { pythonGrammar } from './python-grammar.ts';

type State = { readonly stack: { readonly depth: number; readonly state: string } };
type Tokenizer = {
  getInitialState(): State;
  tokenize(
    line: string,
    hasEnd: boolean,
    state: State,
  ): { readonly tokens: readonly { offset: number; type: string }[]; readonly endState: State };
};

// The editor's own machine without an editor: no part of what the package declares.
const monarch = new URL(
  '../../../node_modules/monaco-editor/esm/vs/editor/standalone/common/monarch/',
  import.meta.url,
);
const { compile } = (await import(/* @vite-ignore */ `${monarch.pathname}monarchCompile.js`)) as {
  compile: (id: string, grammar: object) => object;
};
const { MonarchTokenizer } = (await import(/* @vite-ignore */ `${monarch.pathname}monarchLexer.js`)) as {
  MonarchTokenizer: new (...parts: readonly unknown[]) => Tokenizer;
};
const settings = { getValue: () => 20_000, onDidChangeConfiguration: () => ({ dispose: () => undefined }) };
const tokenizer = new MonarchTokenizer({}, {}, 'python', compile('python', pythonGrammar), settings);

/** Each line as `text:token`, blanks and plain signs left out. */
function read(source: string): readonly string[] {
  let state = tokenizer.getInitialState();
  return source.split('\n').map((line) => {
    const { tokens, endState } = tokenizer.tokenize(line, true, state);
    state = endState;
    return tokens
      .map(({ offset, type }, at) => ({
        text: line.slice(offset, tokens[at + 1]?.offset ?? line.length).trim(),
        type: type.replace(/\.?python$/, ''),
      }))
      .filter(({ text, type }) => text !== '' && !/^(?:delimiter|operator)/.test(type))
      .map(({ text, type }) => `${text}:${type}`)
      .join(' ');
  });
}

const quotes = '"""';

describe('pythonGrammar', () => {
  it.each<readonly [string, readonly string[]]>([
    ['x = 1_000  # note', ['x:identifier 1_000:number # note:comment']],
    ['0xFF .5 1e-3 2j x1 3.', ['0xFF:number .5:number 1e-3:number 2j:number x1:identifier 3.:number']],
    ['for größe in range(3): pass', ['for:keyword größe:identifier in:keyword range:predefined 3:number pass:keyword']],
    ['a.filter(None)', ['a:identifier filter:identifier None:constant']],
    ['match = 1', ['match:identifier 1:number']],
    ['match x:\n  case 1:', ['match:keyword x:identifier', 'case:keyword 1:number']],
    ['type(x)', ['type:predefined x:identifier']],
    ['@app.get("/")', ['@app.get:annotation "/":string']],
    ['a @ b', ['a:identifier b:identifier']],
    [
      "%%time\n%pip install x\n!ls it's",
      ['%%time:annotation', '%pip:annotation install:identifier x:identifier', "!:annotation ls it's:"],
    ],
    ['a % b', ['a:identifier b:identifier']],
    [`'it' + "is" # no`, [`'it':string "is":string # no:comment`]],
    [`'open\nx`, [`'open:string`, 'x:identifier']],
    [`'on \\\nand on'; x`, [`'on \\:string`, `and on':string x:identifier`]],
    [`r'\\' + x'`, [`r'\\' + x':string`]],
    [`${quotes}a\n"b" 'c'\n${quotes} + x`, [`${quotes}a:string`, `"b" 'c':string`, `${quotes}:string x:identifier`]],
    [
      `f${quotes}a {b}\n{c:>3} # no\n${quotes} + x`,
      [
        `f${quotes}a:string {:key b:identifier }:key`,
        `{:key c:identifier ::key >3:string }:key # no:string`,
        `${quotes}:string x:identifier`,
      ],
    ],
    [
      `f"{a['k']!r:{w}} {{no}}" + x`,
      [`f":string {:key a:identifier 'k':string !r:{:key w:identifier }}:key {{no}}":string x:identifier`],
    ],
    [`f"{d[1:2]}"`, [`f":string {:key d:identifier 1:number 2:number }:key ":string`]],
    [`f"{(a\nx = 1`, [`f":string {:key a:identifier`, 'x:identifier 1:number']],
    ['', ['']],
  ])('%s', (source, lines) => {
    expect(read(source)).toEqual(lines);
  });
});
