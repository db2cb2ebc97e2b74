import {
  ArrowRightLeft,
  ClipboardCopy,
  ClipboardPaste,
  Columns2,
  Copy,
  CopyPlus,
  Download,
  FilePlus,
  FolderPlus,
  type LucideIcon,
  NotebookPen,
  Pencil,
  Scissors,
  SquareArrowOutUpRight,
  Trash2,
  Upload,
} from 'lucide-react';
import { actionRegistry, describeKeys } from '#lib/client/actions/action-registry.ts';
import type { MenuEntry } from '#components/ui/menu.tsx';

const icons: Readonly<Record<string, LucideIcon>> = {
  'files.open': SquareArrowOutUpRight,
  'files.openAside': Columns2,
  'files.newNotebook': NotebookPen,
  'files.newFile': FilePlus,
  'files.newFolder': FolderPlus,
  'files.upload': Upload,
  'files.cut': Scissors,
  'files.copy': Copy,
  'files.paste': ClipboardPaste,
  'files.duplicate': CopyPlus,
  'files.moveTo': ArrowRightLeft,
  'files.rename': Pencil,
  'files.copyPath': ClipboardCopy,
  'files.download': Download,
  'files.trash': Trash2,
};

const ofRow = [
  ['files.open', 'files.openAside', 'files.download'],
  ['files.newNotebook', 'files.newFile', 'files.newFolder', 'files.upload'],
  ['files.cut', 'files.copy', 'files.paste', 'files.duplicate', 'files.moveTo'],
  ['files.rename', 'files.copyPath', 'files.trash'],
];
const ofNothing = [['files.newNotebook', 'files.newFile', 'files.newFolder', 'files.upload'], ['files.paste']];

/** The menu of the tree, from the registry of actions: of what is chosen, or of the workspace itself. */
export function fileMenu(something: boolean, onOpened: () => void): readonly MenuEntry[] {
  const groups = (something ? ofRow : ofNothing).map((ids) =>
    ids.flatMap((id): MenuEntry[] => {
      const action = actionRegistry.find(id);
      if (action === undefined || !action.isEnabled()) return [];
      const icon = icons[id];
      return [
        {
          label: action.title,
          ...(icon === undefined ? {} : { icon }),
          shortcut: describeKeys(action),
          danger: id === 'files.trash',
          onSelect: () => {
            void action.run();
            if (id === 'files.open') onOpened();
          },
        },
      ];
    }),
  );
  return groups
    .filter((group) => group.length > 0)
    .flatMap((group, at) => (at === 0 ? group : ['separator', ...group]));
}
