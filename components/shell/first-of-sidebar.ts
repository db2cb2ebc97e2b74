/** What takes the focus when a view of the sidebar is gone to: its list, or its first control where it has no list. */
export function firstOfSidebar(): HTMLElement | null {
  const view = document.querySelector('[data-sidebar-view]');
  return (
    view?.querySelector<HTMLElement>('[role="tree"], li button') ?? view?.querySelector<HTMLElement>('button') ?? null
  );
}
