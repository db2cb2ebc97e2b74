import { ShieldOff } from 'lucide-react';
import spoken from '#components/ui/spoken.module.css';
import styles from './warning-mark.module.css';

/** Stands wherever a gateway is named whose certificate nobody verifies. */
export function TrustMark({ brief = false }: { readonly brief?: boolean }) {
  const words = 'Its certificate is not verified: whoever is on the way can read and change everything.';
  return (
    <span className={`${styles.mark} ${styles.unverified}`} title={words} data-unverified>
      <ShieldOff size={12} strokeWidth={2} aria-hidden />
      {brief ? <span className={spoken.spoken}>not verified</span> : 'not verified'}
    </span>
  );
}
