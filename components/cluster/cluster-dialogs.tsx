'use client';
import { lazy, Suspense, useMemo } from 'react';
import { useOnceOpen } from '#components/ui/once-open.ts';
import type { Action } from '#lib/client/actions/action.ts';
import { useRegisterActions } from '#lib/client/actions/use-actions.ts';
import { openClusterDialog, useClusterDialog } from './open-cluster-dialog.ts';

const LaunchDialog = lazy(() =>
  import('./launch-dialog.tsx').then(({ LaunchDialog: dialog }) => ({ default: dialog })),
);
const AttachForm = lazy(() => import('./attach-form.tsx').then(({ AttachForm: form }) => ({ default: form })));
const TemplateForm = lazy(() => import('./template-form.tsx').then(({ TemplateForm: form }) => ({ default: form })));
const TemplateImport = lazy(() =>
  import('./template-import.tsx').then(({ TemplateImport: form }) => ({ default: form })),
);

/** The dialogs of clusters, and the actions that open them; once in the frame. */
export function ClusterDialogs() {
  const dialog = useClusterDialog();
  const launch = dialog?.kind === 'launch';
  const attach = dialog?.kind === 'attach';
  const template = dialog?.kind === 'template';
  const taking = dialog?.kind === 'import';
  const templateAsked = useOnceOpen(template);
  const takingAsked = useOnceOpen(taking);
  const launchAsked = useOnceOpen(launch);
  const attachAsked = useOnceOpen(attach);
  const actions = useMemo(
    (): readonly Action[] => [
      {
        id: 'cluster.attach',
        title: 'Attach a cluster by its address',
        category: 'Cluster',
        keys: [],
        scope: 'global',
        isEnabled: () => true,
        run: () => openClusterDialog({ kind: 'attach', notebook: null }),
      },
      {
        id: 'cluster.newTemplate',
        title: 'New cluster template',
        category: 'Cluster',
        keys: [],
        scope: 'global',
        isEnabled: () => true,
        run: () => openClusterDialog({ kind: 'template', template: null }),
      },
      {
        id: 'cluster.importTemplates',
        title: 'Import cluster templates from YAML',
        category: 'Cluster',
        keys: [],
        scope: 'global',
        isEnabled: () => true,
        run: () => openClusterDialog({ kind: 'import' }),
      },
    ],
    [],
  );
  useRegisterActions(actions);
  const close = () => openClusterDialog(null);
  return (
    <Suspense>
      {launchAsked ? <LaunchDialog id={launch ? dialog.id : null} onClose={close} /> : null}
      {attachAsked ? <AttachForm open={attach} notebook={attach ? dialog.notebook : null} onClose={close} /> : null}
      {templateAsked ? (
        <TemplateForm open={template} template={template ? dialog.template : null} onClose={close} />
      ) : null}
      {takingAsked ? <TemplateImport open={taking} onClose={close} /> : null}
    </Suspense>
  );
}
