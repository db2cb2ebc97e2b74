'use client';
import { createContext, useContext, type ComponentProps, type MouseEvent, type ReactNode } from 'react';

/** How components go from page to page without knowing what shows pages. `app` provides it. */
export type Navigation = { readonly go: (href: string) => void };

const NavigationContext = createContext<Navigation | null>(null);

export function NavigationProvider({ value, children }: { readonly value: Navigation; readonly children: ReactNode }) {
  return <NavigationContext value={value}>{children}</NavigationContext>;
}

export function useNavigation(): Navigation {
  const navigation = useContext(NavigationContext);
  if (navigation === null) throw new Error('NavigationProvider is missing');
  return navigation;
}

export type LinkProps = Omit<ComponentProps<'a'>, 'href'> & { readonly href: string };

/** A link within the product: a plain click stays in the page, every other click is the browser's. */
export function Link({ href, onClick, children, ...props }: LinkProps) {
  const { go } = useNavigation();
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(href);
  };
  return (
    <a {...props} href={href} onClick={follow}>
      {children}
    </a>
  );
}
