'use client';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import dynamic from 'next/dynamic';
import { usePathname } from 'next/navigation';
import { ClusterDialogs } from '#components/cluster/cluster-dialogs.tsx';
import { ClustersView } from '#components/cluster/clusters-view.tsx';
import { GatewayDialog } from '#components/kernel/compute-dialogs.tsx';
import { RunningView } from '#components/kernel/running-view.tsx';
import { go, openDocument } from '#components/shell/document-actions.ts';
import { useDocumentTitle } from '#components/shell/document-titles.ts';
import { Frame } from '#components/shell/frame.tsx';
import { focusedPane } from '#components/shell/layout.ts';
import { getLayout, LayoutContext, useLayoutStore } from '#components/shell/layout-store.ts';
import { documentPathOf, folderOf, isNotebook, nameOf } from '#components/shell/locations.ts';
import type { SidebarContents } from '#components/shell/sidebar-views.ts';
import { tellStuckEdits } from '#components/shell/stuck-edits.ts';
import { useWaitingDocuments } from '#components/shell/waiting-documents.ts';
import { setUnsaved } from '#components/shell/unsaved-documents.ts';
import { TerminalCommands } from '#components/terminal/terminal-commands.tsx';
import { TerminalList } from '#components/terminal/terminal-list.tsx';
import { NavigationProvider } from '#components/ui/navigation.tsx';
import { pageDocuments } from '#lib/client/document/page-documents.ts';
import { draftPaths, holdsDrafts } from '#lib/client/file-drafts.ts';
import { clusterOf } from '#lib/core/cluster/cluster-path.ts';
import { terminalOf } from '#lib/core/terminal/terminal-path.ts';
import { ClusterScreen } from './clusters/[id]/cluster-screen.tsx';
import { NotebookScreen } from './n/[...path]/notebook-screen.tsx';
import { TerminalScreen } from './t/[gateway]/[name]/terminal-screen.tsx';
import { TerminalTitles } from './terminal-titles.tsx';

// Most people come for a notebook: the viewers of other files are fetched with the first of them.
const FileScreen = dynamic(() => import('./f/[...path]/file-screen.tsx').then((module) => module.FileScreen));

const navigation = { go };

/** The folder of the shown file: a new shell begins there. */
function shownFolder(): string {
  const { active } = focusedPane(getLayout());
  return active === null || terminalOf(active) !== null || clusterOf(active) !== null ? '' : folderOf(active);
}

/**
 * Composes the frame with what the feature folders put into it. The layout says which documents are shown; Next renders
 * the one that the browser first asked for (`children`), with what the server knew of it, and never changes the page.
 */
export function IdeFrame({ children }: { readonly children: ReactNode }) {
  const pathname = usePathname();
  const layout = useLayoutStore(pathname);
  const shown = focusedPane(layout).active;
  const title = useDocumentTitle(shown);
  const waiting = useWaitingDocuments();
  const [first, setFirst] = useState(() => documentPathOf(pathname));
  // What the server said at first is old once the person has been elsewhere.
  if (first !== null && layout.panes.every(({ active }) => active !== first)) setFirst(null);
  useEffect(() => {
    const asks = waiting.size === 0 ? '' : 'Waiting for your input · ';
    document.title = shown === null ? `${asks}Farfield` : `${asks}${title ?? nameOf(shown)} · Farfield`;
  }, [shown, title, waiting]);
  useEffect(() => pageDocuments().onLeft(setUnsaved), []);
  useEffect(() => pageDocuments().onStuck(tellStuckEdits), []);
  // Files that were edited and not saved before the page was loaded.
  useEffect(() => {
    for (const path of draftPaths()) setUnsaved(path, true);
    // Those that this browser has no room for would go with the page.
    const ask = (event: BeforeUnloadEvent) => (holdsDrafts() ? event.preventDefault() : undefined);
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, []);
  const documentOf = (path: string) =>
    path === first ? (
      children
    ) : terminalOf(path) !== null ? (
      <TerminalScreen path={path} />
    ) : clusterOf(path) !== null ? (
      <ClusterScreen path={path} />
    ) : isNotebook(path) ? (
      <NotebookScreen path={path} />
    ) : (
      <FileScreen path={path} />
    );
  const sidebar = useMemo<SidebarContents>(
    () => ({
      clusters: ({ onOpened }) => (
        <ClustersView
          onOpen={(path) => {
            openDocument(path);
            onOpened();
          }}
        />
      ),
      running: ({ onOpened }) => {
        const open = (path: string) => {
          openDocument(path);
          onOpened();
        };
        return (
          <RunningView onOpen={open}>
            <TerminalList onOpen={open} />
          </RunningView>
        );
      },
    }),
    [],
  );
  return (
    <NavigationProvider value={navigation}>
      <LayoutContext value={layout}>
        <Frame sidebar={sidebar} documentOf={documentOf} />
        <GatewayDialog />
        <ClusterDialogs />
        <TerminalCommands folder={shownFolder} onOpened={openDocument} />
        <TerminalTitles />
      </LayoutContext>
    </NavigationProvider>
  );
}
