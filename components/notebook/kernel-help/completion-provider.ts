import type { editor, IRange, languages } from 'monaco-editor/editor';
import type { Suggestion } from './suggestions.ts';

/** Suggestions that are ready to be shown for one state of one cell's text. */
export type Offer = {
  readonly version: number;
  readonly rows: readonly Suggestion[];
  readonly range: { readonly insert: IRange; readonly replace: IRange };
};

let provided = false;
const offers = new WeakMap<editor.ITextModel, Offer>();

/** Puts an offer where the list will look for it. */
export function offerFor(model: editor.ITextModel, offer: Offer): void {
  offers.set(model, offer);
}

/**
 * The page's one source of suggestions. It asks nobody: what a kernel answered lies ready before the list opens, so that
 * the list never waits, and shows nothing that belongs to another text.
 */
export function provideOffers(api: typeof languages): void {
  if (provided) return;
  provided = true;
  api.registerCompletionItemProvider('*', {
    provideCompletionItems: (model) => {
      const offer = offers.get(model);
      if (offer?.version !== model.getVersionId()) return { suggestions: [] };
      return {
        suggestions: offer.rows.map(({ text, type, filter, order }) => ({
          // The blank parts the two words for those who hear the row; on the screen they stand apart.
          label: type === undefined ? text : { label: text, description: ` ${type}` },
          insertText: text,
          filterText: filter,
          sortText: order,
          kind: kindOf(api.CompletionItemKind, type),
          range: offer.range,
        })),
      };
    },
  });
}

/** Jedi's words, and those of other kernels, for what a name is → the editor's sign for it. */
function kindOf(kinds: typeof languages.CompletionItemKind, type: string | undefined): languages.CompletionItemKind {
  switch (type?.toLowerCase()) {
    case 'function':
    case 'magic':
      return kinds.Function;
    case 'method':
      return kinds.Method;
    case 'class':
    case 'type':
      return kinds.Class;
    case 'module':
    case 'package':
    case 'namespace':
      return kinds.Module;
    case 'keyword':
      return kinds.Keyword;
    case 'param':
    case 'property':
    case 'field':
    case 'dict key':
      return kinds.Property;
    case 'constant':
      return kinds.Constant;
    case 'path':
    case 'file':
      return kinds.File;
    case 'folder':
    case 'directory':
      return kinds.Folder;
    case 'instance':
    case 'statement':
    case 'variable':
      return kinds.Variable;
    default:
      return kinds.Text;
  }
}
