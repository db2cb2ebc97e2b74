/** A file that was dropped or chosen, and where it goes below the folder it was dropped on. */
export type DroppedFile = { readonly file: File; readonly path: string };

/** More than this in one drop is a mistake, or a job for another tool. */
export const mostDropped = 20_000;

/**
 * The files of a drop, folders walked. What the browser hands out is only readable during the event: call it there and
 * await the rest. Files that cannot be read are left off and counted.
 */
export async function droppedFiles(
  transfer: DataTransfer,
): Promise<{ readonly files: readonly DroppedFile[]; readonly unreadable: number }> {
  const items = [...transfer.items].filter(({ kind }) => kind === 'file');
  const entries = items.flatMap((item) => item.webkitGetAsEntry() ?? []);
  // A picture that was dragged out of a page is a file without a place on a disk.
  const files: DroppedFile[] = items
    .filter((item) => item.webkitGetAsEntry() === null)
    .flatMap((item) => item.getAsFile() ?? [])
    .map((file) => ({ file, path: file.name }));
  let unreadable = 0;
  const walk = async (entry: FileSystemEntry, path: string): Promise<void> => {
    if (files.length >= mostDropped) return;
    try {
      if (isFileEntry(entry)) files.push({ file: await fileOf(entry), path });
      if (isFolderEntry(entry)) for (const child of await childrenOf(entry)) await walk(child, `${path}/${child.name}`);
    } catch {
      unreadable += 1;
    }
  };
  for (const entry of entries) await walk(entry, entry.name);
  return { files, unreadable };
}

/** The files of a file picker; one for folders says where in the folder each lies. */
export function chosenFiles(list: FileList): readonly DroppedFile[] {
  return [...list].slice(0, mostDropped).map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}

const isFileEntry = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolderEntry = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

const fileOf = (entry: FileSystemFileEntry) => new Promise<File>((resolve, reject) => entry.file(resolve, reject));

/** Browsers hand out a folder in parts of a hundred, and an empty part at the end. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0 || children.length >= mostDropped) return children;
    children.push(...part);
  }
}
