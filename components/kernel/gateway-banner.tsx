'use client';
import type { SessionState } from '#lib/core/session/state.ts';
import { Button } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import styles from './gateway-form.module.css';
import { useGateway } from './gateways-store.ts';
import { openKernelDialog } from './open-dialog.ts';
import { secretWords } from './secret-words.ts';

export type GatewayBannerProps = { readonly path: string; readonly session: SessionState | null };

/** Says that the gateway of a notebook lets nobody in any more, and asks for what would. */
export function GatewayBanner({ path, session }: GatewayBannerProps) {
  const gateway = useGateway(session?.binding.gatewayId ?? null);
  if (gateway === null || !gateway.needsSecrets) return null;
  const enter = () => openKernelDialog({ kind: 'secrets', gatewayId: gateway.id, path, from: 'page' });
  return (
    <div className={styles.banner} data-needs-secrets={gateway.id}>
      <Notice
        kind="warning"
        hint="What runs there goes on, and what waits here keeps waiting."
        actions={<Button onClick={enter}>Enter it…</Button>}
      >
        “{gateway.label}” needs {secretWords(gateway.auth)}.
      </Notice>
    </div>
  );
}
