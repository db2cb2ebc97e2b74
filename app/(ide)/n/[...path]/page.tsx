import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { notFound } from 'next/navigation';
import { watchFirstCells } from '#components/notebook/watch-first-cells.ts';
import { decodePath, nameOf } from '#components/shell/locations.ts';
import { bridge } from '#server/next-bridge.ts';
import { NotebookScreen } from './notebook-screen.tsx';

type NotebookPageProps = { readonly params: Promise<{ readonly path: readonly string[] }> };

export async function generateMetadata({ params }: NotebookPageProps): Promise<Metadata> {
  return { title: nameOf(decodePath((await params).path) ?? 'Notebook') };
}

export default async function NotebookPage({ params }: NotebookPageProps) {
  const path = decodePath((await params).path);
  if (path === null) notFound();
  const request = await headers();
  const head = (await bridge()?.notebookHead(path, { cookie: request.get('cookie') })) ?? null;
  return (
    <>
      {head === null ? null : (
        <script
          nonce={request.get('x-nonce') ?? ''}
          suppressHydrationWarning
          // oxlint-disable-next-line react/no-danger -- a function of ours as text; React would escape its operators
          dangerouslySetInnerHTML={{ __html: `(${watchFirstCells.toString()})()` }}
        />
      )}
      <NotebookScreen path={path} head={head} />
    </>
  );
}
