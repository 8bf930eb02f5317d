/** What a receiver's program adds to its bundle: the helper, the object, their units. Pure. */
import type { Bundle, ReceiverState } from '@tricade/cluster';
import { helperParts } from '../xdp/helper-files.ts';

/** The program in its object. */
export const checkProgram = 'proxy';
const objectPath = '/opt/tricade/proxy.o';
const pinsPath = '/sys/fs/bpf/tricade/proxy';
export const checkUnit = 'tricade-socket-check.service';

type Parts = Pick<Bundle, 'packages' | 'files' | 'checks' | 'units' | 'activate'>;
const none: Parts = { packages: [], files: [], checks: [], units: [], activate: [] };

/** Nothing where the state has no socket check. Throws TRI-D06, TRI-D23. */
export function checkParts({ socketCheck: check, device, bpf }: ReceiverState): Parts {
  if (check === undefined) return none;
  return helperParts(bpf, {
    objectPath,
    pinsPath,
    entries: { reals: roomFor(2 * Math.max(0, ...check.reals.map(({ id }) => id))) },
    attach: [{ program: checkProgram, device }],
    loader: {
      unit: checkUnit,
      description: 'Tricade socket check (XDP)',
      before: 'tricade-agent.service',
    },
  });
}

/** The next power of two: twice of what there is, so that a new generation rarely needs another map. */
function roomFor(count: number): number {
  let room = 1_024;
  while (room < count) room *= 2;
  return room;
}
