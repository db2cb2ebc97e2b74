'use client';
import { lazy, Suspense, useEffect, useMemo, useRef, useState, type CSSProperties, type ReactNode } from 'react';
import { Command, Menu as MenuIcon, Settings } from 'lucide-react';
import { actionRegistry, describeKeys } from '#lib/client/actions/action-registry.ts';
import { useKeyDispatcher, useRegisterActions } from '#lib/client/actions/use-actions.ts';
import { useOnceOpen } from '#components/ui/once-open.ts';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Menu } from '#components/ui/menu.tsx';
import { Link } from '#components/ui/navigation.tsx';
import { ToastArea } from '#components/ui/toast.tsx';
import { SlotPlace, SlotProvider } from '#components/ui/slot.tsx';
import { Splitter } from '#components/ui/splitter.tsx';
import { TooltipDelay } from '#components/ui/tooltip.tsx';
import { ActivityBar } from './activity-bar.tsx';
import { CommandPalette } from './command-palette.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { Drawer } from './drawer.tsx';
import { FileDialogs } from './file-dialogs.tsx';
import { firstOfSidebar } from './first-of-sidebar.ts';
import styles from './frame.module.css';
import { useShownPath } from './layout-store.ts';
import { Logo } from './logo.tsx';
import { Panel } from './panel.tsx';
import { hidePanel, narrowScreen, panelPlace, usePanelDrawer } from './panel-place.ts';
import { panelViews } from './panel-views.ts';
import { Panes } from './panes.tsx';
import { shellActions } from './shell-actions.ts';
import { showSettings, useSettingsDialog } from './settings-state.ts';
import { Sidebar } from './sidebar.tsx';
import { sidebarPlace } from './sidebar-place.ts';
import type { SidebarContents, SidebarViewId } from './sidebar-views.ts';
import { StatusBar } from './status-bar.tsx';
import { useStoredValue } from './stored-value.ts';
import { followThemeChoice, themeChoice } from './theme.ts';
import { keepPage } from './use-tree-drop.ts';
import { useMedia } from './use-media.ts';

const SettingsDialog = lazy(() =>
  import('./settings-dialog.tsx').then((module) => ({ default: module.SettingsDialog })),
);
const KeySheet = lazy(() => import('./key-sheet.tsx').then(({ KeySheet: sheet }) => ({ default: sheet })));

export type FrameProps = {
  /** What features put into the views of the sidebar. */
  readonly sidebar: SidebarContents;
  /** The screen of a notebook or another file. */
  readonly documentOf: (path: string) => ReactNode;
};

/** The frame of the IDE: it stays while pages change. */
export function Frame({ sidebar: contents, documentOf }: FrameProps) {
  const narrow = useMedia(narrowScreen);
  const sidebar = useStoredValue(sidebarPlace);
  const panel = useStoredValue(panelPlace);
  const panelDrawer = usePanelDrawer();
  const theme = useStoredValue(themeChoice);
  const root = useRef<HTMLDivElement>(null);
  const [drawer, setDrawer] = useState(false);
  const [palette, setPalette] = useState(false);
  const [keys, setKeys] = useState(false);
  const keysAsked = useOnceOpen(keys);
  const settingsAsked = useOnceOpen(useSettingsDialog() !== null);
  const shown = useShownPath();

  useEffect(followThemeChoice, []);
  useEffect(keepPage, []);
  useEffect(() => actionRegistry.focus(shown), [shown]);
  useKeyDispatcher();
  const actions = useMemo(
    () =>
      shellActions({
        openPalette: () => setPalette(true),
        openKeys: () => setKeys(true),
        toggleSidebar: () =>
          narrow ? setDrawer((open) => !open) : sidebarPlace.change({ shown: !sidebarPlace.get().shown }),
        showView: (view) => {
          sidebarPlace.change({ view, shown: true });
          if (narrow) setDrawer(true);
          setTimeout(() => firstOfSidebar()?.focus(), 0);
        },
      }),
    [narrow],
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
        { label: 'Settings of the workspace…', onSelect: () => showSettings('history') },
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
        <div
          ref={root}
          className={styles.frame}
          data-sidebar={sidebar.shown ? 'shown' : 'hidden'}
          data-panel={panel.shown ? 'shown' : 'hidden'}
          style={{ '--side-width': `${sidebar.width}px`, '--panel-width': `${panel.width}px` } as CSSProperties}
        >
          <header className={styles.bar}>
            <Link href="/" className={styles.logo} aria-label="Farfield, start page">
              <Logo size={20} />
            </Link>
            <ActivityBar
              orientation="vertical"
              shown={sidebar.shown ? sidebar.view : null}
              onPress={sidebarPlace.toggle}
            />
            <span className={styles.spring} />
            {commands}
            {settings}
          </header>
          <div className={styles.side}>
            {narrow || !sidebar.shown ? null : <Sidebar view={sidebar.view} contents={contents} onOpened={doNothing} />}
            <Splitter
              className={styles.edge}
              label="Width of the sidebar"
              orientation="vertical"
              value={sidebar.width}
              min={sidebarPlace.widths.min}
              max={sidebarPlace.widths.max}
              step={16}
              onMove={(width) => root.current?.style.setProperty('--side-width', `${width}px`)}
              onDone={(width) => sidebarPlace.change({ width })}
              onReset={() => sidebarPlace.change({ width: sidebarPlace.widths.initial })}
            />
          </div>
          <div className={styles.page}>
            <ConnectionBanner />
            <SlotPlace name="page.banner" block />
            <Panes
              documentOf={documentOf}
              start={
                <div className={styles.topButtons}>
                  <IconButton icon={MenuIcon} label="Sidebar" onClick={() => setDrawer(true)} />
                </div>
              }
              end={
                <div className={styles.topButtons}>
                  {commands}
                  {settings}
                </div>
              }
            />
          </div>
          <div className={styles.panel}>
            {narrow || !panel.shown ? null : <Panel view={panel.view} />}
            <Splitter
              className={styles.panelEdge}
              label="Width of the panel"
              orientation="vertical"
              of="after"
              value={panel.width}
              min={panelPlace.widths.min}
              max={panelPlace.widths.max}
              step={16}
              onMove={(width) => root.current?.style.setProperty('--panel-width', `${width}px`)}
              onDone={(width) => panelPlace.change({ width })}
              onReset={() => panelPlace.change({ width: panelPlace.widths.initial })}
            />
          </div>
          <StatusBar onPalette={() => setPalette(true)} />
        </div>
        <Drawer side="left" open={drawer && narrow} onClose={() => setDrawer(false)} title="Sidebar">
          <ActivityBar
            orientation="horizontal"
            shown={sidebar.view}
            onPress={(view: SidebarViewId) => sidebarPlace.change({ view })}
          />
          <Sidebar view={sidebar.view} contents={contents} onOpened={() => setDrawer(false)} />
        </Drawer>
        <Drawer side="right" open={panelDrawer && narrow} onClose={hidePanel} title={panelViews[panel.view].title}>
          <Panel view={panel.view} />
        </Drawer>
        <CommandPalette open={palette} onClose={() => setPalette(false)} />
        <Suspense>{keysAsked ? <KeySheet open={keys} onClose={() => setKeys(false)} /> : null}</Suspense>
        <FileDialogs />
        <Suspense>{settingsAsked ? <SettingsDialog /> : null}</Suspense>
        <ToastArea />
      </SlotProvider>
    </TooltipDelay>
  );
}

const doNothing = () => undefined;
