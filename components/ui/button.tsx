import type { ComponentProps } from 'react';
import { Button as BaseButton } from '@base-ui/react/button';
import styles from './button.module.css';

export type ButtonProps = Omit<ComponentProps<typeof BaseButton>, 'className'> & {
  readonly look?: 'normal' | 'primary' | 'danger' | 'plain';
};

export function Button({ look = 'normal', ...props }: ButtonProps) {
  return <BaseButton {...props} className={look === 'normal' ? styles.button : `${styles.button} ${styles[look]}`} />;
}
