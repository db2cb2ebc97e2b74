import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { decodePath } from '#components/shell/locations.ts';
import { terminalOf } from '#lib/core/terminal/terminal-path.ts';
import { TerminalScreen } from './terminal-screen.tsx';

type TerminalPageProps = { readonly params: Promise<{ readonly gateway: string; readonly name: string }> };

export const metadata: Metadata = { title: 'Terminal' };

export default async function TerminalPage({ params }: TerminalPageProps) {
  const { gateway, name } = await params;
  const path = `/t/${decodePath([gateway, name]) ?? ''}`;
  if (terminalOf(path) === null) notFound();
  return <TerminalScreen path={path} />;
}
