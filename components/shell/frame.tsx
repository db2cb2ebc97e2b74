'use client';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { Command, Files, Menu as MenuIcon, Settings } from 'lucide-react';
import { actionRegistry, describeKeys } from '#lib/client/actions/action-registry.ts';
import { useKeyDispatcher, useRegisterActions } from '#lib/client/actions/use-actions.ts';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Menu } from '#components/ui/menu.tsx';
import { Link, useNavigation } from '#components/ui/navigation.tsx';
import { ToastArea } from '#components/ui/toast.tsx';
import { SlotProvider } from '#components/ui/slot.tsx';
import { TooltipDelay } from '#components/ui/tooltip.tsx';
import { CommandPalette } from './command-palette.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { Drawer } from './drawer.tsx';
import styles from './frame.module.css';
import { notebookPathOf } from './locations.ts';
import { Logo } from './logo.tsx';
import { openTabs, withTab } from './open-tabs.ts';
import { shellActions } from './shell-actions.ts';
import { sidebarShown } from './shell-view.ts';
import { Sidebar } from './sidebar.tsx';
import { StatusBar } from './status-bar.tsx';
import { useStoredValue } from './stored-value.ts';
import { TabStrip } from './tab-strip.tsx';
import { followThemeChoice, themeChoice } from './theme.ts';
import { useMedia } from './use-media.ts';

export type FrameProps = { readonly children: ReactNode };

/** The frame of the IDE: it stays while pages change. */
export function Frame({ children }: FrameProps) {
  const navigation = useNavigation();
  const narrow = useMedia('(max-width: 720px)');
  const sidebar = useStoredValue(sidebarShown);
  const theme = useStoredValue(themeChoice);
  const [drawer, setDrawer] = useState(false);
  const [palette, setPalette] = useState(false);
  const shown = notebookPathOf(navigation.pathname);

  useEffect(followThemeChoice, []);
  useEffect(() => {
    if (shown !== null) openTabs.set(withTab(openTabs.get(), shown));
  }, [shown]);
  useKeyDispatcher();
  const actions = useMemo(
    () =>
      shellActions({
        navigation,
        openPalette: () => setPalette(true),
        toggleSidebar: () => (narrow ? setDrawer((open) => !open) : sidebarShown.set(!sidebarShown.get())),
      }),
    [navigation, narrow],
  );
  useRegisterActions(actions);

  const settings = (
    <Menu
      align="end"
      trigger={<IconButton icon={Settings} label="Settings" />}
      entries={[
        ...(['system', 'light', 'dark'] as const).map((choice) => ({
          label: `${{ system: 'Theme of the system', light: 'Light theme', dark: 'Dark theme' }[choice]}${choice === theme ? ' ✓' : ''}`,
          onSelect: () => themeChoice.set(choice),
        })),
        'separator' as const,
        { label: 'Sign out', onSelect: () => void actionRegistry.run('account.signOut') },
      ]}
    />
  );
  const commands = (
    <IconButton
      icon={Command}
      label="All commands"
      shortcut={describeKeys({ keys: ['Accel-Shift-P'] })}
      onClick={() => setPalette(true)}
    />
  );

  return (
    <TooltipDelay>
      <SlotProvider>
        <div className={styles.frame} data-sidebar={sidebar ? 'shown' : 'hidden'}>
          <header className={styles.bar}>
            <Link href="/" className={styles.logo} aria-label="Farfield, start page">
              <Logo size={20} />
            </Link>
            <IconButton
              icon={Files}
              label="Files"
              shortcut={describeKeys({ keys: ['Accel-B'] })}
              aria-pressed={sidebar}
              onClick={() => sidebarShown.set(!sidebar)}
            />
            <span className={styles.spring} />
            {commands}
            {settings}
          </header>
          <div className={styles.side}>{narrow ? null : <Sidebar />}</div>
          <div className={styles.top}>
            <div className={styles.topButtons}>
              <IconButton icon={MenuIcon} label="Files" onClick={() => setDrawer(true)} />
            </div>
            <TabStrip />
            <div className={styles.topButtons}>
              {commands}
              {settings}
            </div>
          </div>
          <div className={styles.page}>
            <ConnectionBanner />
            <div className={styles.content}>{children}</div>
          </div>
          <StatusBar onPalette={() => setPalette(true)} />
        </div>
        <Drawer open={drawer && narrow} onClose={() => setDrawer(false)} title="Files">
          <Sidebar onOpened={() => setDrawer(false)} />
        </Drawer>
        <CommandPalette open={palette} onClose={() => setPalette(false)} />
        <ToastArea />
      </SlotProvider>
    </TooltipDelay>
  );
}
