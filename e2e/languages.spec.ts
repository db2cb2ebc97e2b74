import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { active, editor } from './cells.ts';
import { cell, expect, openNotebook, test } from './farfield.ts';

const corpus = process.env['FARFIELD_CORPUS'] ?? new URL('../../shared/corpus/notebooks', import.meta.url).pathname;

/** What a word is → the token of the design that colours it. */
const tokens = {
  keyword: '--violet',
  string: '--green',
  comment: '--ink-3',
  number: '--amber',
  name: '--ink-1',
} as const;
/** Every colour that code may have. */
const palette = [...Object.values(tokens), '--ink-2', '--accent', '--red'];
type Word = readonly [text: string, is: keyof typeof tokens];
type Sample = { readonly at: number; readonly words: readonly Word[] };

const languages: readonly {
  readonly name: string;
  readonly metadata: object;
  readonly source: string;
  readonly words: readonly Word[];
  readonly notebook: string;
  readonly samples: readonly Sample[];
}[] = [
  {
    name: 'Python',
    metadata: { kernelspec: { name: 'python3', language: 'python' }, language_info: { name: 'python' } },
    source: 'def area(r):\n    # a circle\n    return f"""area\n{3.14 * r ** 2:.2f}"""\n\narea(1_000).format("x")',
    words: [
      ['def', 'keyword'],
      ['return', 'keyword'],
      ['# a circle', 'comment'],
      ['3.14', 'number'],
      ['1_000', 'number'],
      ['"x"', 'string'],
      ['format', 'name'],
    ],
    notebook: 'ipython+ipython-in-depth/examples__IPython Kernel__Script Magics.ipynb',
    samples: [
      { at: 2, words: [['import', 'keyword']] },
      {
        at: 27,
        words: [
          ['while', 'keyword'],
          ['"%.1fs: %s"', 'string'],
        ],
      },
    ],
  },
  {
    name: 'R',
    metadata: { kernelspec: { name: 'ir', language: 'R' }, language_info: { name: 'R' } },
    source: 'f <- function(x) {\n  # twice\n  if (x > 2.5) "much" else NULL\n}',
    words: [
      ['function', 'keyword'],
      ['else', 'keyword'],
      ['# twice', 'comment'],
      ['2.5', 'number'],
      ['much', 'string'],
    ],
    notebook: 'ipython+ipython-in-depth/examples__Notebook__R Demo.ipynb',
    samples: [
      { at: 1, words: [['8', 'number']] },
      {
        at: 8,
        words: [
          ['function', 'keyword'],
          ['deep error', 'string'],
        ],
      },
    ],
  },
  {
    name: 'Scala',
    metadata: { kernelspec: { name: 'scala', language: 'scala' }, language_info: { name: 'scala' } },
    source: 'object Shop {\n  // the price\n  val price: Double = 9.5\n  def say(n: Int) = s"for $n"\n}',
    words: [
      ['object', 'keyword'],
      ['def', 'keyword'],
      ['// the price', 'comment'],
      ['9.5', 'number'],
      ['for', 'string'],
    ],
    notebook: 'almond-sh+almond/examples__plotly-scala.ipynb',
    samples: [
      { at: 1, words: [['// init(offline=true)', 'comment']] },
      {
        at: 7,
        words: [
          ['val', 'keyword'],
          ['Japan (2014)', 'string'],
          ['40.0', 'number'],
        ],
      },
    ],
  },
  {
    name: 'Julia',
    metadata: { kernelspec: { name: 'julia-1.10', language: 'julia' }, language_info: { name: 'julia' } },
    source: 'function area(r)\n    # a circle\n    println("area")\n    return 3.14 * r^2\nend',
    words: [
      ['function', 'keyword'],
      ['end', 'keyword'],
      ['# a circle', 'comment'],
      ['area', 'name'],
      ['println', 'name'],
      ['3.14', 'number'],
    ],
    notebook: 'mwouts+jupytext/tests__data__notebooks__inputs__ipynb_julia__julia_benchmark_plotly_barchart.ipynb',
    samples: [
      {
        at: 1,
        words: [
          ['# Following data taken from http://julialang.org/ frontpage', 'comment'],
          ['quicksort3', 'string'],
        ],
      },
      {
        at: 2,
        words: [
          ['1500', 'number'],
          ['markers', 'string'],
        ],
      },
    ],
  },
  {
    name: 'C#',
    metadata: { kernelspec: { name: '.net-csharp', language: 'C#' }, language_info: { name: 'polyglot-notebook' } },
    source: 'public class Shop\n{\n    // the price\n    double price = 9.5;\n    string Say(int n) => $"for {n}";\n}',
    words: [
      ['public', 'keyword'],
      ['class', 'keyword'],
      ['// the price', 'comment'],
      ['9.5', 'number'],
      ['for', 'string'],
    ],
    notebook: 'dotnet+interactive/samples__notebooks__csharp__Samples__HousingML.ipynb',
    samples: [
      {
        at: 3,
        words: [
          ['using', 'keyword'],
          ['housing.csv', 'string'],
        ],
      },
      {
        at: 8,
        words: [
          ['static', 'keyword'],
          ['0', 'number'],
        ],
      },
    ],
  },
];

const words = (page: Page) => page.locator('[data-cell-language]');
const still = (page: Page, index: number) => editor(page, index).locator('[data-source-text]');
const live = (page: Page, index: number) => editor(page, index).locator('.monaco-editor .view-lines');

/** The text as `colour text` in its order, blanks left out; colours by the names of the tokens. */
function runsOf(text: Locator): Promise<readonly string[]> {
  return text.evaluate((element, names) => {
    const probe = document.body.appendChild(document.createElement('i'));
    const nameOf = new Map(
      names.map((name) => {
        probe.style.color = `var(${name})`;
        return [getComputedStyle(probe).color, name];
      }),
    );
    probe.remove();
    // The live editor keeps its lines in no order.
    const lines = [...element.querySelectorAll<HTMLElement>('.view-line')];
    lines.sort((one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top);
    const runs: { color: string; text: string }[] = [];
    for (const part of lines.length === 0 ? [element] : lines) {
      const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      while (walker.nextNode() !== null) {
        const color = getComputedStyle(walker.currentNode.parentElement ?? element).color;
        const shown = (walker.currentNode.nodeValue ?? '').replace(/[\s\u00a0\u200b-\u200f]+/g, '');
        const last = runs.at(-1);
        if (shown === '') continue;
        if (last?.color === color) last.text += shown;
        else runs.push({ color, text: shown });
      }
    }
    return runs.map(({ color, text: shown }) => `${nameOf.get(color) ?? color} ${shown}`);
  }, palette);
}

/** The words have their colours in the still text and, when the cell is opened, every letter has the same in the editor. */
async function expectColours(page: Page, index: number, expected: readonly Word[]): Promise<void> {
  await goDownTo(page, index);
  for (const [word, is] of expected) {
    const wanted = `${tokens[is]} ${word.replace(/\s+/g, '')}`;
    await expect
      .poll(async () => hasRun(await runsOf(still(page, index)), wanted), { message: `${wanted} in cell ${index}` })
      .toBe('yes');
  }
  const before = await runsOf(still(page, index));
  expect(before.filter((run) => !run.startsWith('--'))).toEqual([]);
  await editor(page, index).click();
  await expect(live(page, index)).toBeVisible();
  await expect.poll(() => runsOf(live(page, index))).toEqual(before);
  await page.keyboard.press('Escape');
  await expect(live(page, index)).toHaveCount(0);
}

/** Goes with the keys from the active cell to one below it: cells far away are not in the page. */
async function goDownTo(page: Page, index: number): Promise<void> {
  await expect(active(page)).toBeFocused();
  for (let at = Number(await active(page).getAttribute('data-cell-index')); at < index; at++) {
    await page.keyboard.press('j');
    await expect(cell(page, at + 1)).toBeFocused();
  }
}

/** `yes`, or the runs that are there. */
function hasRun(runs: readonly string[], wanted: string): string {
  const [color = '', word = ''] = wanted.split(/ (.*)/s);
  return runs.some((run) => run.startsWith(`${color} `) && run.includes(word)) ? 'yes' : runs.join('\n');
}

function write(workspace: string, path: string, text: string): void {
  mkdirSync(dirname(join(workspace, path)), { recursive: true });
  writeFileSync(join(workspace, path), text);
}

function notebookOf(metadata: object, cells: readonly (readonly [source: string, metadata?: object])[]): string {
  const listed = cells.map(([source, own = {}], at) => ({
    cell_type: 'code',
    execution_count: null,
    id: `c${at}`,
    metadata: own,
    outputs: [],
    source,
  }));
  return JSON.stringify({ cells: listed, metadata, nbformat: 4, nbformat_minor: 5 });
}

for (const { name, metadata, source, words: expected, notebook, samples } of languages) {
  test(`${name}: the same colours in the still text and in the editor, light and dark`, async ({ page, server }) => {
    write(server.place.workspace, `${name}.ipynb`, notebookOf(metadata, [[source]]));
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await openNotebook(page, server, `${name}.ipynb`);
      await expect(words(page)).toHaveText(name);
      await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
      await expectColours(page, 0, expected);
    }
  });

  test(`${name}: a real notebook`, async ({ page, server }) => {
    test.skip(!existsSync(corpus), 'skipped: corpus absent');
    write(server.place.workspace, `corpus/${name}.ipynb`, readFileSync(join(corpus, notebook), 'utf8'));
    await openNotebook(page, server, `corpus/${name}.ipynb`);
    for (const { at, words: inCell } of samples) {
      await expectColours(page, at, inCell);
      await expect(words(page)).toHaveText(name);
    }
  });
}

test('a magic or the metadata of a cell says another language than the notebook', async ({ page, server }) => {
  const cells: readonly (readonly [string, object, string, readonly Word[]])[] = [
    [
      "%%sql\nSELECT name, 1.5 FROM rows -- all\nWHERE name = 'a'",
      {},
      'SQL',
      [
        ['SELECT', 'keyword'],
        ['1.5', 'number'],
        ['-- all', 'comment'],
        ["'a'", 'string'],
      ],
    ],
    [
      '%%bash\n# all\nfor x in 1 2; do echo "$x"; done',
      {},
      'Shell',
      [
        ['for', 'keyword'],
        ['# all', 'comment'],
        ['"$x"', 'string'],
        ['1', 'number'],
      ],
    ],
    [
      '%%html\n<!-- all -->\n<b class="x">bold</b>\n<script>const a = 1;</script>\n<style>b { top: 3px }</style>',
      {},
      'HTML',
      [
        ['<!--all-->', 'comment'],
        ['"x"', 'string'],
        ['bold', 'name'],
        ['const', 'keyword'],
        ['3px', 'string'],
      ],
    ],
    [
      'SELECT 2',
      { vscode: { languageId: 'sql' } },
      'SQL',
      [
        ['SELECT', 'keyword'],
        ['2', 'number'],
      ],
    ],
    ['%%time\nfor x in []: pass', {}, 'Python', [['pass', 'keyword']]],
  ];
  const text = notebookOf(
    { language_info: { name: 'python' } },
    cells.map(([source, own]) => [source, own]),
  );
  write(server.place.workspace, 'magics.ipynb', text);
  await openNotebook(page, server, 'magics.ipynb');
  for (const [index, [, , name, expected]] of cells.entries()) {
    await expectColours(page, index, expected);
    await expect(words(page)).toHaveText(name);
  }
});

test('a magic that is typed changes the colours and the language at once', async ({ page, server }) => {
  write(server.place.workspace, 'typed.ipynb', notebookOf({ language_info: { name: 'python' } }, [['select = 1']]));
  await openNotebook(page, server, 'typed.ipynb');
  await expect(words(page)).toHaveText('Python');
  await editor(page, 0).click();
  await expect(live(page, 0)).toBeVisible();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('%%sql\n');
  await expect(words(page)).toHaveText('SQL');
  await expect.poll(async () => hasRun(await runsOf(live(page, 0)), '--violet select')).toBe('yes');
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Delete');
  await expect(words(page)).toHaveText('Python');
  await expect.poll(async () => hasRun(await runsOf(live(page, 0)), '--ink-1 select')).toBe('yes');
});
