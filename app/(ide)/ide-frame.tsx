'use client';
import { useMemo, type ReactNode } from 'react';
import { usePathname, useRouter } from 'next/navigation';
import { GatewayDialog } from '#components/kernel/compute-dialogs.tsx';
import { NavigationProvider } from '#components/ui/navigation.tsx';
import { Frame } from '#components/shell/frame.tsx';

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
  return (
    <NavigationProvider value={navigation}>
      <Frame>{children}</Frame>
      <GatewayDialog />
    </NavigationProvider>
  );
}
