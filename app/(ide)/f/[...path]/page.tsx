import type { Metadata } from 'next';
import { notFound, redirect } from 'next/navigation';
import { decodePath, documentHref, isNotebook, nameOf } from '#components/shell/locations.ts';
import { FileScreen } from './file-screen.tsx';

type FilePageProps = { readonly params: Promise<{ readonly path: readonly string[] }> };

export async function generateMetadata({ params }: FilePageProps): Promise<Metadata> {
  return { title: nameOf(decodePath((await params).path) ?? 'File') };
}

export default async function FilePage({ params }: FilePageProps) {
  const path = decodePath((await params).path);
  if (path === null) notFound();
  if (isNotebook(path)) redirect(documentHref(path));
  return <FileScreen path={path} />;
}
