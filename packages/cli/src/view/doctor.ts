/** What stands between a machine and its work, as rows. Pure. */
import {
  type ClusterNode,
  dropsText,
  type Facts,
  type Found,
  type Network,
  type Observed,
  type Sample,
} from '@tricade/cluster';
import { type Tone, tableLines } from './table.ts';

export interface DoctorRow {
  readonly subject: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly fact: string;
  readonly fix: string;
  /** Nothing is known of it: it could not be reached. */
  readonly unreachable?: true;
}

/** A host as it was read: `facts` know of every package of `packages`. */
export interface ReadHost {
  readonly node: ClusterNode;
  readonly found: Exclude<Found, { readonly unreachable: unknown }>;
  readonly facts: Facts;
  readonly packages: readonly string[];
  /** The cluster file, for the fix. */
  readonly file: string;
  /** What the file says of its networks. */
  readonly networks: readonly Network[];
  /** What its data plane dropped, where it has one that tells. */
  readonly drops?: Sample['drops'];
  /** What drivers read back of the data plane, by role. */
  readonly observed?: Readonly<Record<string, Observed>>;
}

const tones: Readonly<Record<DoctorRow['state'], Tone>> = { ok: 'good', warn: 'warn', fail: 'bad' };

/** One row for what it is, one for each thing that is missing, wrong or stopped. */
export function hostRows(host: ReadHost): readonly DoctorRow[] {
  const { node, found, facts } = host;
  const installed = found.generation?.number;
  const generation = installed === undefined ? 'nothing installed' : `generation ${installed}`;
  const fact = `${facts.os}, kernel ${facts.kernel}, ${generation}`;
  return [
    { subject: node.name, state: 'ok', fact, fix: '' },
    ...packageRows(host),
    ...deviceRows(host),
    ...roleRows(host),
    ...dropRows(host),
  ];
}

function packageRows({ node, facts, packages }: ReadHost): readonly DoctorRow[] {
  return [...new Set(packages)]
    .filter((name) => !facts.packages[name])
    .map((name) => ({
      subject: node.name,
      state: 'warn',
      fact: `package ${name} is missing`,
      fix: 'apply installs it',
    }));
}

function deviceRows({ node, facts, networks }: ReadHost): readonly DoctorRow[] {
  return node.legs.flatMap(({ network, device, addresses }): readonly DoctorRow[] => {
    const known = facts.devices[device];
    const bad = { subject: node.name, state: 'fail' } as const;
    if (known === undefined) {
      const fix = `name the right one: ${device}: { address, device }`;
      return [{ ...bad, fact: `it has no interface ${device}`, fix }];
    }
    const missing = addresses.filter(
      (address) => !known.addresses.some((each) => each.startsWith(`${address}/`)),
    );
    const fix = 'configure it, or mend the file';
    const lacks = { ...bad, fact: `${device} lacks ${missing.join(', ')}`, fix };
    const said = networks.find(({ name }) => name === network)?.mtuBytes;
    const fact = `${device} has an MTU of ${known.mtuBytes}, ${network} one of ${said}`;
    const narrow = said !== undefined && known.mtuBytes < said;
    return [...(missing.length > 0 ? [lacks] : []), ...(narrow ? [{ ...bad, fact, fix }] : [])];
  });
}

function roleRows({ node, found, file, observed = {} }: ReadHost): readonly DoctorRow[] {
  if (found.generation === undefined) return [];
  const fix = `tricade apply ${file}`;
  const subject = node.name;
  return Object.entries(found.roles).flatMap(([role, seen]): readonly DoctorRow[] => {
    const asked = observed[role];
    const notes = seen.running ? (asked?.notes ?? []) : seen.notes;
    const why = notes.length === 0 ? '' : `: ${notes.join(', ')}`;
    const isWhole = seen.running && asked?.running !== false;
    const warnings = isWhole ? (asked?.warnings ?? []) : [];
    return [
      ...(isWhole
        ? []
        : [{ subject, state: 'fail', fact: `${role} does not run${why}`, fix } as const]),
      ...warnings.map((fact) => ({ subject, state: 'warn', fact, fix: '' }) as const),
    ];
  });
}

/** What a director dropped, by reason: no fault, and the first thing to look at where a client gets no answer. */
function dropRows({ node, drops }: ReadHost): readonly DoctorRow[] {
  const text = dropsText(drops);
  if (text === '') return [];
  return [{ subject: node.name, state: 'ok', fact: `dropped packets: ${text}`, fix: '' }];
}

/** The table; the verdict is the last line. */
export function doctorLines(rows: readonly DoctorRow[]): readonly string[] {
  const failed = rows.filter((row) => row.state === 'fail').length;
  return [
    ...tableLines(
      ['WHAT', 'STATE', 'FACT', 'FIX'],
      rows.map(({ subject, state, fact, fix }) => [
        subject,
        { text: state, tone: tones[state] },
        fact,
        fix,
      ]),
    ),
    failed === 0 ? 'READY' : `NOT READY  ${failed} to mend`,
  ];
}
