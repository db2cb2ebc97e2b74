'use client';
import dynamic from 'next/dynamic';
import { useGateway } from '#components/kernel/gateways-store.ts';
import { closeDocument, openDocument } from '#components/shell/document-actions.ts';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { terminalOf } from '#lib/core/terminal/terminal-path.ts';

// xterm draws in a browser alone, and is fetched with the first terminal.
const TerminalView = dynamic(
  () => import('#components/terminal/terminal-view.tsx').then((module) => module.TerminalView),
  { ssr: false, loading: () => <Skeleton label="Loading the terminal" /> },
);

/** A terminal in the frame. */
export function TerminalScreen({ path }: { readonly path: string }) {
  const address = terminalOf(path);
  const gateway = useGateway(address?.gatewayId ?? null);
  if (address === null) return null;
  return (
    <TerminalView
      key={path}
      address={address}
      gatewayLabel={gateway?.label ?? 'its gateway'}
      onOpened={openDocument}
      onReplaced={(next) => {
        openDocument(next);
        if (next !== path) closeDocument(path);
      }}
      onClose={() => closeDocument(path)}
    />
  );
}
