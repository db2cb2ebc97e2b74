import {
  access,
  chown,
  copyFile,
  link,
  mkdir,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  unlink,
} from 'node:fs/promises';

/** All that durable writing does to the world; tests put failing ones in their place. */
export type DiskEffects = {
  readonly access: typeof access;
  readonly open: typeof open;
  readonly rename: typeof rename;
  readonly unlink: typeof unlink;
  readonly link: typeof link;
  readonly realpath: typeof realpath;
  readonly stat: typeof stat;
  readonly chown: typeof chown;
  readonly readFile: typeof readFile;
  readonly mkdir: typeof mkdir;
  readonly rm: typeof rm;
  readonly copyFile: typeof copyFile;
};

export const diskEffects: DiskEffects = {
  access,
  open,
  rename,
  unlink,
  link,
  realpath,
  stat,
  chown,
  readFile,
  mkdir,
  rm,
  copyFile,
};
