import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { connection } from '#lib/client/connection.ts';
import { type ResourceTarget, targetKey } from '#lib/core/resource/target.ts';
import { ResourceFeed, type ResourceState } from './resource-feed.ts';

/** What a target takes, followed while the component is mounted and the page is seen. */
export function useResource(target: ResourceTarget): ResourceState {
  const key = targetKey(target);
  // oxlint-disable-next-line react/exhaustive-deps -- the key is the target
  const feed = useMemo(() => new ResourceFeed(target, connection()), [key]);
  useEffect(() => {
    let follows = false;
    const look = (): void => {
      const seen = document.visibilityState === 'visible';
      if (seen === follows) return;
      follows = seen;
      if (seen) feed.run();
      else feed.stop();
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      if (follows) feed.stop();
    };
  }, [feed]);
  return useSyncExternalStore(feed.subscribe, feed.getSnapshot, feed.getSnapshot);
}
