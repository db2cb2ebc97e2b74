import { useSyncExternalStore } from 'react';
import { connection } from '#lib/client/connection.ts';
import { type ResourceTarget, targetKey } from '#lib/core/resource/target.ts';
import { ResourceFeed, type ResourceState } from './resource-feed.ts';

/** By target: what several parts of the page look at is asked for once. */
const feeds = new Map<string, ResourceFeed>();

/** What a target takes, followed while the component is mounted and the page is seen. */
export function useResource(target: ResourceTarget): ResourceState {
  const feed = feedOf(target);
  return useSyncExternalStore(feed.subscribe, feed.getSnapshot, feed.getSnapshot);
}

function feedOf(target: ResourceTarget): ResourceFeed {
  const key = targetKey(target);
  const there = feeds.get(key);
  if (there !== undefined) return there;
  const feed = new ResourceFeed(target, connection(), {
    onFollowed: (followed) => {
      // A part that was drawn and never shown may have left its own behind.
      if (followed && !feeds.has(key)) feeds.set(key, feed);
      if (!followed && feeds.get(key) === feed) feeds.delete(key);
    },
  });
  feeds.set(key, feed);
  return feed;
}
