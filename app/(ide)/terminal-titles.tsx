'use client';
import { useEffect } from 'react';
import { useGateway } from '#components/kernel/gateways-store.ts';
import { setDocumentTitle } from '#components/shell/document-titles.ts';
import { openDocuments } from '#components/shell/layout.ts';
import { useLayout } from '#components/shell/layout-store.ts';
import { type TerminalAddress, terminalNumber, terminalOf, terminalPath } from '#lib/core/terminal/terminal-path.ts';

/** Names the tabs of terminals by their gateways, whether they are shown or not. */
export function TerminalTitles() {
  return openDocuments(useLayout()).map((path) => {
    const address = terminalOf(path);
    return address === null ? null : <Title key={path} address={address} />;
  });
}

function Title({ address }: { readonly address: TerminalAddress }) {
  const gateway = useGateway(address.gatewayId);
  const title = `${gateway?.label ?? 'Terminal'} · ${terminalNumber(address.name)}`;
  const path = terminalPath(address);
  useEffect(() => setDocumentTitle(path, title), [path, title]);
  return null;
}
