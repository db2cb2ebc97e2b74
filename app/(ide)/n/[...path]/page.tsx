import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { decodePath, nameOf } from '#components/shell/locations.ts';
import { NotebookScreen } from './notebook-screen.tsx';

type NotebookPageProps = { readonly params: Promise<{ readonly path: readonly string[] }> };

export async function generateMetadata({ params }: NotebookPageProps): Promise<Metadata> {
  return { title: nameOf(decodePath((await params).path) ?? 'Notebook') };
}

export default async function NotebookPage({ params }: NotebookPageProps) {
  const path = decodePath((await params).path);
  if (path === null) notFound();
  return <NotebookScreen path={path} />;
}
