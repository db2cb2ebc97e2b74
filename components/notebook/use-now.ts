import { useEffect, useState } from 'react';

/** The present time, renewed once a minute: for words such as "saved 12:04:07" that name the day when it is past. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 60_000);
    return () => window.clearInterval(timer);
  }, []);
  return now;
}
