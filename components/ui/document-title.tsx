import styles from './document-title.module.css';

export type DocumentTitleProps = { readonly path: string };

/** The name of a document as the heading of its screen, behind the folder that it lies in. */
export function DocumentTitle({ path }: DocumentTitleProps) {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return (
    <h1 className={styles.title} title={path}>
      <span className={styles.folder}>{path.slice(0, path.length - name.length)}</span>
      {name}
    </h1>
  );
}
