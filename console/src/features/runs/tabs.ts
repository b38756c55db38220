// One stream per browser: of the tabs that follow the same thing, one that is looked at reads the stream and tells the others.
// A browser has six connections per host; without this, six tabs would leave none for anything else.

interface Locks {
  request<T>(name: string, options: { signal: AbortSignal }, act: () => Promise<T>): Promise<T>;
}

interface Channel {
  onmessage: ((message: { data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** What a tab that has just come asks of the one that reads. */
const ASK = 'how is it?';

export interface Tabs<T> {
  /** Runs `act` once this tab is the one that reads, and until `act` ends; at once where tabs cannot know of each other. */
  lead(signal: AbortSignal, act: () => Promise<void>): Promise<void>;
  /** Tells the other tabs. */
  tell(event: T): void;
  leave(): void;
}

/** `hear` takes what the reading tab tells; `answer` is what a tab that has just come is told, if this one reads. */
export function joinTabs<T extends object>(name: string, hear: (event: T) => void, answer: () => T | null, means: { locks: Locks | undefined; channel: Channel | null } = ofBrowser(name)): Tabs<T> {
  const { locks, channel } = means;
  let reads = false;
  let left = false;
  if (channel !== null) {
    channel.onmessage = ({ data }) => {
      if (data !== ASK) {
        hear(data as T);
        return;
      }
      const said = reads ? answer() : null;
      if (said !== null) channel.postMessage(said);
    };
    channel.postMessage(ASK);
  }
  const lead = async (act: () => Promise<void>) => {
    reads = true;
    await act().finally(() => (reads = false));
  };
  return {
    lead: async (signal, act) => {
      if (locks === undefined || channel === null) return lead(act);
      await locks.request(name, { signal }, () => lead(act)).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    },
    tell: (event) => {
      if (!left) channel?.postMessage(event);
    },
    leave: () => {
      left = true;
      channel?.close();
    },
  };
}

// Locks exist only where the page came over TLS or from this machine; elsewhere each tab reads for itself.
function ofBrowser(name: string): { locks: Locks | undefined; channel: Channel | null } {
  const locks = typeof navigator === 'undefined' ? undefined : ((navigator.locks ?? undefined) as Locks | undefined);
  const channel = typeof BroadcastChannel === 'undefined' ? null : (new BroadcastChannel(name) as Channel);
  return { locks, channel };
}
