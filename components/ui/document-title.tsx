import { showHiddenCharacters } from '#lib/core/render/show-hidden-characters.ts';
import styles from './document-title.module.css';

export type DocumentTitleProps = { readonly path: string };

/** The name of a document as the heading of its screen, behind the folder that it lies in. */
export function DocumentTitle({ path }: DocumentTitleProps) {
  const behind = path.lastIndexOf('/') + 1;
  return (
    <h1 className={styles.title} title={showHiddenCharacters(path)}>
      <span className={styles.folder}>{showHiddenCharacters(path.slice(0, behind))}</span>
      {showHiddenCharacters(path.slice(behind))}
    </h1>
  );
}
