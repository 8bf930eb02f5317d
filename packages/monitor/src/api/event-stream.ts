/** Events as server-sent events (WHATWG HTML, section 9.2). */
import type { Event } from '@tricade/cluster';
import type { Feed } from '@tricade/feed';

/** Comment sent on idle streams, so that proxies and readers know that it lives. */
const heartbeatMs = 15_000;
/** How often new events are looked for; they come from every node through the feed. */
const lookEveryMs = 250;
/** What a reader without `Last-Event-ID` gets of the past, and the most that one who was away can catch up on. */
const pastEvents = 200;

export interface EventStreamOptions {
  readonly feed: Pick<Feed, 'events'>;
  /** Id of the last event that the reader has: it gets what came after. */
  readonly lastId: string | undefined;
  readonly write: (text: string) => void;
}

/** One event as SSE. JSON has no line breaks, so one `data` line holds it. */
function sseOf(event: Event): string {
  return `id: ${event.id}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Writes events as they come, oldest first, each once. Returns what ends it. */
export function streamEvents({ feed, lastId, write }: EventStreamOptions): () => void {
  let last = lastId;
  let beatMs = performance.now();
  let looking = false;
  let ended = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    const newest = await feed.events(pastEvents);
    looking = false;
    if (ended) return;
    const known = newest.findIndex((event) => event.id === last);
    const fresh = (known < 0 ? newest : newest.slice(0, known)).toReversed();
    for (const event of fresh) write(sseOf(event));
    last = newest[0]?.id ?? last;
    if (fresh.length > 0) beatMs = performance.now();
    if (performance.now() - beatMs < heartbeatMs) return;
    beatMs = performance.now();
    write(': still here\n\n');
  };
  void look();
  const timer = setInterval(() => void look(), lookEveryMs);
  return () => {
    ended = true;
    clearInterval(timer);
  };
}
