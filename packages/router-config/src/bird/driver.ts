/** BIRD as a router (takes VIPs from directors) and as a director's speaker (announces them). */
import { setTimeout as wait } from 'node:timers/promises';
import type {
  Driver,
  Host,
  RouterLive,
  RouterState,
  SpeakerLive,
  SpeakerState,
} from '@tricade/cluster';
import { birdRouterCan, birdSpeakerCan } from '../capabilities.ts';
import { announcementDigest, fencedDigest } from '../routing.ts';
import {
  birdc,
  observeBird,
  readAnnouncements,
  readNextHops,
  readRouter,
  readSpeaker,
  refused,
} from './observe.ts';
import {
  allowedAnnouncements,
  announceText,
  fencedText,
  routerBundle,
  speakerBundle,
} from './render.ts';
import { announceFile, fencedFile } from './templates.ts';

/** How long a change of the tables may take to reach BIRD's tables or the FIB, ms, and how often it is looked for. */
const settle = { withinMs: 2_000, everyMs: 10 };

/** Hosts whose BIRD this process has told to read its live file: before that, an unchanged file proves nothing. */
const told = new WeakSet<Host>();

/**
 * Makes BIRD use `text` as its live file. Sessions stay up: BIRD compares the new configuration with the old one and touches what differs.
 * A file that BIRD refuses is taken back. Throws TRI-B01, TRI-B02.
 */
async function load(host: Host, path: string, text: string): Promise<void> {
  const before = await host.read(path);
  const same = before !== undefined && new TextDecoder().decode(before) === text;
  if (same && told.has(host)) return;
  if (!same) await host.write([{ path, content: text, mode: 0o644 }]);
  const answer = await birdc(host, 'configure').catch(async (error: unknown) => {
    if (before === undefined) await host.remove([path]);
    else await host.write([{ path, content: before, mode: 0o644 }]);
    throw error;
  });
  if (!/^(Reconfigured|Reconfiguration in progress)/m.test(answer)) {
    throw refused(host, answer);
  }
  told.add(host);
}

/** Reads until `done` or the time is up; returns what was read last. */
async function settled<T>(read: () => Promise<T>, done: (value: T) => boolean): Promise<T> {
  const end = performance.now() + settle.withinMs;
  for (;;) {
    const value = await read();
    if (done(value) || performance.now() > end) return value;
    await wait(settle.everyMs);
  }
}

/** Role `router`. What `steer` returns names the fenced addresses that are no next hop of the FIB any more. */
export const birdRouter: Driver<RouterState, RouterLive> = {
  name: 'bird',
  role: 'router',
  can: birdRouterCan,
  render: routerBundle,
  observe: (host) => observeBird(host),
  async steer(host, _state, live) {
    await load(host, fencedFile, fencedText(live));
    const gone = await settled(
      async () => {
        const used = new Set(Object.values(await readNextHops(host)).flat());
        return live.fenced.filter((address) => !used.has(address));
      },
      (absent) => absent.length === live.fenced.length,
    );
    return fencedDigest(gone);
  },
  async sample(host, state) {
    const { nextHops: all, sessions } = await readRouter(host);
    const hops = state.vipPrefixes.map((prefix) => [prefix, all[prefix] ?? []] as const);
    return { atMs: Date.now(), nextHops: Object.fromEntries(hops), sessions };
  },
  liveDigest: (_state, live) => fencedDigest(live.fenced),
};

/** Role `speaker`. What `steer` returns is the digest of the routes that BIRD holds for its peers. */
export const birdSpeaker: Driver<SpeakerState, SpeakerLive> = {
  name: 'bird',
  role: 'speaker',
  can: birdSpeakerCan,
  render: speakerBundle,
  observe: (host) => observeBird(host),
  async steer(host, state, live) {
    await load(host, announceFile, announceText(state, live));
    const want = announcementDigest(allowedAnnouncements(state, live));
    const read = await settled(
      async () => announcementDigest(await readAnnouncements(host)),
      (digest) => digest === want,
    );
    // The file was right and BIRD was not: it is told once more, at the next call.
    if (read !== want) told.delete(host);
    return read;
  },
  async sample(host) {
    const { announcements, sessions } = await readSpeaker(host);
    const announcing = Object.keys(announcements).sort();
    return { atMs: Date.now(), announcing, sessions };
  },
  liveDigest: (state, live) => announcementDigest(allowedAnnouncements(state, live)),
};
