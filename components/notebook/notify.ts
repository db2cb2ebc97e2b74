const key = 'farfield.notices';

/** Whether this person wants notices of the browser: nobody is asked who did not ask for them. */
export const notices = {
  get: (): 'undecided' | 'on' | 'off' => {
    try {
      const value = localStorage.getItem(key);
      return value === 'on' || value === 'off' ? value : 'undecided';
    } catch {
      return 'undecided';
    }
  },
  set: (value: 'on' | 'off'): void => {
    try {
      localStorage.setItem(key, value);
    } catch {
      // Private windows may refuse storage: the next long run asks again.
    }
  },
};

/** Asks the browser for its leave; answers what came of it, in a sentence. */
export async function askToNotify(): Promise<string> {
  if (!('Notification' in window)) return 'This browser has no notifications.';
  const permission = await Notification.requestPermission();
  notices.set(permission === 'granted' ? 'on' : 'off');
  return permission === 'granted'
    ? 'You are told when a run of over a minute ends.'
    : 'The browser does not allow it. Its settings for this address can change that.';
}

/** Turns notices off, or on after asking the browser. Answers how it stands, in a sentence. */
export async function toggleNotices(): Promise<string> {
  if (notices.get() !== 'on' || Notification.permission !== 'granted') return askToNotify();
  notices.set('off');
  return 'You are no longer told when a long run ends.';
}

/** A notice of the browser, where it is wanted and allowed. */
export function notify(title: string, body: string, onClick: () => void): void {
  if (notices.get() !== 'on' || !('Notification' in window) || Notification.permission !== 'granted') return;
  const notice = new Notification(title, { body, tag: body });
  notice.addEventListener('click', () => {
    window.focus();
    notice.close();
    onClick();
  });
}
