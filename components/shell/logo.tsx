export type LogoProps = { readonly size: number };

/** A near point and the waves that reach a far one. */
export function Logo({ size }: LogoProps) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden>
      <circle cx="6" cy="18" r="3" fill="currentColor" stroke="none" />
      <path d="M6 11a7 7 0 0 1 7 7" strokeWidth="2.2" strokeLinecap="round" />
      <path d="M6 4a14 14 0 0 1 14 14" strokeWidth="2.2" strokeLinecap="round" />
    </svg>
  );
}
