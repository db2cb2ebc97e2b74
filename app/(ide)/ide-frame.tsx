'use client';
import { useMemo, type ReactNode } from 'react';
import { usePathname, useRouter } from 'next/navigation';
import { GatewayDialog } from '#components/kernel/compute-dialogs.tsx';
import { RunningView } from '#components/kernel/running-view.tsx';
import { NavigationProvider } from '#components/ui/navigation.tsx';
import { Frame } from '#components/shell/frame.tsx';
import { notebookHref } from '#components/shell/locations.ts';
import type { SidebarContents } from '#components/shell/sidebar-views.ts';

/** Composes the frame with what the feature folders put into it, and gives them the router. */
export function IdeFrame({ children }: { readonly children: ReactNode }) {
  const router = useRouter();
  const pathname = usePathname();
  const navigation = useMemo(
    () => ({
      pathname,
      go: (href: string) => router.push(href),
      replace: (href: string) => router.replace(href),
    }),
    [pathname, router],
  );
  const sidebar = useMemo<SidebarContents>(
    () => ({
      running: ({ onOpened }) => (
        <RunningView
          onOpen={(path) => {
            router.push(notebookHref(path));
            onOpened();
          }}
        />
      ),
    }),
    [router],
  );
  return (
    <NavigationProvider value={navigation}>
      <Frame sidebar={sidebar}>{children}</Frame>
      <GatewayDialog />
    </NavigationProvider>
  );
}
