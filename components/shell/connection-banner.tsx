'use client';
import { pageDocuments } from '#lib/client/document/page-documents.ts';
import { Button } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import styles from './frame.module.css';
import { useConnectionStatus, useRefusal } from './use-connection.ts';

/** Says when the line to the server is down, why, and what helps. */
export function ConnectionBanner() {
  const status = useConnectionStatus();
  const refusal = useRefusal();
  if (status !== 'offline') return null;
  return (
    <div className={styles.banner} data-offline={refusal ?? 'offline'}>
      {refusal === 'access.signedOut' ? (
        <Notice
          kind="warning"
          hint="Run: npm run login – and open the link it prints."
          actions={<Button onClick={() => location.assign('/login')}>Sign in</Button>}
        >
          You are signed out.
        </Notice>
      ) : refusal === 'protocol.version' ? (
        <Notice
          kind="warning"
          hint="Edits that were not sent are kept and sent by the new page."
          actions={<Button onClick={() => pageDocuments().reload(() => location.reload())}>Reload</Button>}
        >
          The server was updated: this page speaks an older version.
        </Notice>
      ) : refusal === 'access.origin' ? (
        <Notice kind="error" hint="Open the address that the server printed when it started.">
          The server does not serve this address.
        </Notice>
      ) : (
        <Notice kind="warning" hint="Edits are kept in this tab and sent when it is back; what runs far away goes on.">
          The server does not answer. Trying again…
        </Notice>
      )}
    </div>
  );
}
