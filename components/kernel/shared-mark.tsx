import { Users } from 'lucide-react';
import spoken from '#components/ui/spoken.module.css';
import styles from './warning-mark.module.css';
import { sharedWords } from './words.ts';

/** Stands beside a kernel to which others are connected: the gateway then keeps nothing for this server. */
export function SharedMark({ others }: { readonly others: number }) {
  if (others === 0) return null;
  const words = sharedWords(others);
  return (
    <span className={`${styles.mark} ${styles.shared}`} title={words} data-shared={others}>
      <Users size={12} strokeWidth={2} aria-hidden />
      <span aria-hidden>+{others}</span>
      <span className={spoken.spoken}>{words}</span>
    </span>
  );
}
