/** The seven modes of load balancing as data: what each hop rewrites, how replies go back, what the network must offer, what speaks for and against each. */

import type { L4Mode, L7Mode } from './model/intent.ts';
import { l4Modes } from './modes/l4.ts';
import { l7Modes } from './modes/l7.ts';
import { transparentListening } from './modes/listening.ts';
import type {
  L4ModeEntry,
  L7ModeEntry,
  ListeningEntry,
  ModeEntry,
  ModeName,
} from './modes/mode-entry.ts';

export type * from './modes/mode-entry.ts';
export { type PacketRow, packetTable } from './modes/packet-table.ts';

/** Modes of directors, by name. */
export const l4ModeTable: Readonly<Record<L4Mode, L4ModeEntry>> = l4Modes;
/** Modes of proxies, by name. */
export const l7ModeTable: Readonly<Record<L7Mode, L7ModeEntry>> = l7Modes;
/** VIPless: a property of listening, combined with each of the other six. */
export const listeningMode: ListeningEntry = transparentListening;

/** All seven, in the order in which they are told: layer 7 first. */
export const modes: Readonly<Record<ModeName, ModeEntry>> = {
  ...l7Modes,
  ...l4Modes,
  'transparent-listening': transparentListening,
};

/** The mode of a name or alias, whatever its case; spaces, dots and underscores count as hyphens. Undefined where nobody calls a mode so. */
export function modeNamed(text: string): ModeEntry | undefined {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[\s._/]+/g, '-');
  return Object.values(modes).find(
    (mode) =>
      mode.name === word ||
      mode.aliases.some((alias) => alias.toLowerCase().replace(/[\s._/]+/g, '-') === word),
  );
}
