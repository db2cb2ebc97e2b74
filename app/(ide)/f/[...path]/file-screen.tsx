'use client';
import dynamic from 'next/dynamic';
import { closeDocument } from '#components/shell/document-actions.ts';
import { setUnsaved } from '#components/shell/unsaved-documents.ts';
import { Skeleton } from '#components/ui/skeleton.tsx';

// A file is read by the browser: rendered at the server it would be empty.
const FileView = dynamic(() => import('#components/file/file-view.tsx').then((module) => module.FileView), {
  ssr: false,
  loading: () => <Skeleton label="Loading the file" />,
});

/** A file that is no notebook, in the frame. */
export function FileScreen({ path }: { readonly path: string }) {
  return <FileView key={path} path={path} onUnsaved={setUnsaved} onClose={() => closeDocument(path)} />;
}
