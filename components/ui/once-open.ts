import { useState } from 'react';

/** True from the first time that something is open: its code is fetched then, and it stays for its way out. */
export function useOnceOpen(open: boolean): boolean {
  const [was, setWas] = useState(open);
  if (open && !was) setWas(true);
  return open || was;
}
