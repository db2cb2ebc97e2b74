import type { ReactNode } from 'react';
import { Download } from 'lucide-react';
import { DocumentTitle } from '#components/ui/document-title.tsx';
import { apiUrl } from '#lib/protocol/http/api-url.ts';
import styles from './file-header.module.css';

export type FileHeaderProps = {
  readonly path: string;
  /** Saved or not, how large, how many rows. */
  readonly detail: ReactNode;
  readonly trouble?: boolean;
  readonly tools?: ReactNode;
};

/** What every file shows above its content. */
export function FileHeader({ path, detail, trouble = false, tools }: FileHeaderProps) {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return (
    <header className={styles.header}>
      <div className={styles.names}>
        <DocumentTitle path={path} />
        <span className={`${styles.detail} ${trouble ? styles.trouble : ''}`} role="status" data-file-detail>
          {detail}
        </span>
      </div>
      <div className={styles.tools}>
        {tools}
        <a
          className={styles.download}
          href={apiUrl('readFile', { query: { path } })}
          download={name}
          aria-label="Download"
          title="Download"
        >
          <Download size={16} strokeWidth={1.75} aria-hidden />
        </a>
      </div>
    </header>
  );
}
