/** Routing states → BIRD configurations and bundles. Pure. */
import {
  type Bundle,
  canonicalAddress,
  canonicalPrefix,
  type RouterLive,
  type RouterState,
  type SpeakerLive,
  type SpeakerState,
  TricadeError,
} from '@tricade/cluster';
import { template } from '@tricade/cluster/template';
import {
  type Announcement,
  families,
  familyOf,
  holdTimes,
  medOf,
  ofFamily,
  routerSysctls,
} from '../routing.ts';
import { birdQuote } from './quote.ts';
import {
  announceFile,
  announceTemplate,
  fencedTemplate,
  liveDirectory,
  routerTemplate,
  speakerTemplate,
  unitTemplate,
} from './templates.ts';

/** Configuration and control socket of our BIRD; a BIRD of the host's own is left alone. */
const configFile = '/etc/tricade/bird.conf';
export const controlSocket = '/run/tricade/bird.ctl';
const unitName = 'tricade-bird.service';
const unitFile = `/etc/systemd/system/${unitName}`;

const router = template<object>(routerTemplate, birdQuote);
const speaker = template<object>(speakerTemplate, birdQuote);
const announce = template<object>(announceTemplate, birdQuote);
const fence = template<object>(fencedTemplate, birdQuote);
const unit = template<object>(unitTemplate, birdQuote);

/**
 * How long a router that starts again leaves the kernel's routes alone. Directors are back 0.7 s after it; until then a director that died meanwhile
 * stays a next hop, and a router that boots installs nothing.
 */
const restartWaitSeconds = 2;

/** A prefix in canonical form. Throws TRI-B03. */
function prefixWord(text: string): string {
  const prefix = canonicalPrefix(text);
  if (prefix === undefined) throw notWritable(`${JSON.stringify(text)} is not a prefix`);
  return prefix;
}

/** An address in canonical form. Throws TRI-B03. */
function addressWord(text: string): string {
  const address = canonicalAddress(text);
  if (address === undefined) throw notWritable(`${JSON.stringify(text)} is not an address`);
  return address;
}

function notWritable(message: string): TricadeError {
  return new TricadeError('TRI-B03', message, { hint: 'Correct it in the cluster file.' });
}

/** Configuration of a router. Throws TRI-B03, TRI-P901. */
export function routerConfig(state: RouterState): string {
  const prefixes = state.vipPrefixes.map(prefixWord);
  return router({
    routerId: addressWord(state.routerId),
    asn: state.asn,
    directorAsn: state.directorAsn,
    maxPaths: state.maxPaths,
    restartWaitSeconds,
    bfd: state.bfd ?? false,
    devices: [...new Set(state.listenRanges.map((range) => range.device))],
    ...holdTimes(state.holdTimeMs),
    families: families.flatMap((number) => {
      const own = prefixes.filter((prefix) => familyOf(prefix) === number);
      return own.length === 0 ? [] : [{ number, wide: number === 6, prefixes: own }];
    }),
    ranges: state.listenRanges
      .map((range) => ({
        localAddress: addressWord(range.localAddress),
        cidr: prefixWord(range.cidr),
        family: familyOf(range.cidr),
      }))
      .filter(({ family }) => prefixes.some((prefix) => familyOf(prefix) === family))
      .map((range, index) => ({ index, ...range })),
  });
}

/** Configuration of a speaker. Throws TRI-B03, TRI-P901. */
export function speakerConfig(state: SpeakerState): string {
  return speaker({
    routerId: addressWord(state.routerId),
    asn: state.asn,
    bfd: state.bfd ?? false,
    devices: [...new Set(state.peers.map((peer) => peer.device))],
    ...holdTimes(state.holdTimeMs),
    peers: state.peers.map((peer) => ({
      name: peer.name,
      asn: peer.asn,
      address: addressWord(peer.address),
      localAddress: addressWord(peer.localAddress),
      family: familyOf(peer.address),
    })),
  });
}

/** What a speaker is to announce: canonical prefixes. Those that the state does not list may not be announced and are left out. Throws TRI-B03. */
export function allowedAnnouncements(
  state: SpeakerState,
  live: SpeakerLive,
): SpeakerLive['announcements'] {
  const allowed = new Set(state.prefixes.map(prefixWord));
  return Object.fromEntries(
    Object.entries(live.announcements)
      .map(([prefix, how]) => [prefixWord(prefix), how] as const)
      .filter(([prefix]) => allowed.has(prefix)),
  );
}

/** Live file of a speaker. Throws TRI-B03. */
export function announceText(state: SpeakerState, live: SpeakerLive): string {
  const routes = Object.entries(allowedAnnouncements(state, live))
    .map(([prefix, how]) => ({ prefix, how }))
    .filter(({ how }) => how !== 'withdrawn')
    .map(({ prefix, how }) => ({
      prefix,
      med: medOf[how as Exclude<Announcement, 'withdrawn'>],
      family: familyOf(prefix),
    }))
    .sort((a, b) => (a.prefix < b.prefix ? -1 : 1));
  return announce({
    families: families.map((number) => ({
      number,
      routes: routes.filter((route) => route.family === number),
    })),
  });
}

/** Live file of a router. */
export function fencedText(live: RouterLive): string {
  const addresses = [...new Set(live.fenced.map(addressWord))].sort();
  return fence({ fenced: families.flatMap((family) => ofFamily(addresses, family)) });
}

/** What both roles have in common: packages, files, unit, check, reload without loss of a session. */
function bundle(config: string, role: 'router' | 'speaker'): Omit<Bundle, 'sysctls'> {
  const unitText = unit({ speaker: role === 'speaker', announceFile, liveDirectory });
  return {
    role,
    packages: ['bird2'],
    files: [
      { path: configFile, mode: 0o644, content: { text: config } },
      { path: unitFile, mode: 0o644, content: { text: unitText } },
    ],
    checks: [`bird -p -c "$STAGE${configFile}"`],
    units: [unitName],
    activate: [`birdc -s ${controlSocket} configure`],
    hitless: true,
  };
}

export function routerBundle(state: RouterState): Bundle {
  const { hash, devices } = state;
  return { ...bundle(routerConfig(state), 'router'), sysctls: routerSysctls({ hash, devices }) };
}

export function speakerBundle(state: SpeakerState): Bundle {
  return { ...bundle(speakerConfig(state), 'speaker'), sysctls: {} };
}
