/**
 * A plan that was written down, so that exactly it is applied later: the wave, and what it was made from. It holds no secrets: neither values nor
 * the key of the flow hash; bundles are named by digests that leave that key out. Pure.
 */
import type {
  Cluster,
  ClusterNode,
  Finding,
  Found,
  Generation,
  Inventory,
  Name,
  Plan,
  Wanted,
} from '@tricade/cluster';
import { TricadeError } from '@tricade/cluster';
import { bundleDigest, canonicalJson, sha256 } from '@tricade/host';
import { codes } from './codes.ts';

/** What of a node the plan relies on: who reads it again finds the same, or the plan is out of date. */
export type NotedNode =
  | { readonly unreachable: string }
  | {
      readonly os: string;
      readonly kernel: string;
      readonly generation: { readonly number: number; readonly digest: string } | undefined;
      /** Of the interfaces that the cluster file names. */
      readonly devices: Readonly<Record<string, string>>;
      readonly roles: Readonly<Record<string, string>>;
    };

export interface PlanFile {
  readonly format: 'tricade-plan';
  readonly version: 1;
  readonly program: string;
  readonly madeAtMs: number;
  readonly by: string;
  /** Relative to the folder of the plan file. */
  readonly clusterFile: string;
  readonly cluster: Name;
  /** SHA-256 (hex) of the canonical intent: comments and layout of the cluster file do not count. */
  readonly intentDigest: string;
  readonly generation: number;
  readonly plan: Pick<Plan, 'id' | 'wave' | 'waits'>;
  /** Digest of what is installed on each node of the wave. */
  readonly rendered: Readonly<Record<Name, string>>;
  readonly inventory: Readonly<Record<Name, NotedNode>>;
  /** SHA-256 (hex) over all the rest. */
  readonly digest: string;
}

/** What a plan is made from and made to. */
export interface PlanGround {
  readonly cluster: Cluster;
  readonly generation: Generation;
  readonly inventory: Inventory;
  readonly plan: Plan;
  /** Bundles of the wave's nodes at least, rendered with a key of zeros for the flow hash. */
  readonly keyless: readonly Wanted[];
}

export type PlanFileHead = Pick<PlanFile, 'program' | 'madeAtMs' | 'by' | 'clusterFile'>;

const format = 'tricade-plan';

/** The text of a plan file. */
export function planFileText(head: PlanFileHead, ground: PlanGround): string {
  const { cluster, generation, plan } = ground;
  const { id, wave, waits } = plan;
  const body: Omit<PlanFile, 'digest'> = {
    format,
    version: 1,
    ...head,
    cluster: cluster.name,
    intentDigest: generation.digest,
    generation: generation.number,
    plan: { id, wave, waits },
    rendered: renderedOf(ground),
    inventory: notedOf(ground),
  };
  return `${JSON.stringify({ ...body, digest: sha256(canonicalJson(body)) }, null, 2)}\n`;
}

/** A text that is a plan file, or undefined for any other text. Throws TRI-R006 for one of another version, and one that was altered. */
export function readPlanFile(text: string, path: string): PlanFile | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  let read: PlanFile;
  try {
    read = JSON.parse(text) as PlanFile;
  } catch {
    return undefined;
  }
  if (read.format !== format) return undefined;
  const hint = `make it anew: tricade plan CLUSTER-FILE --out ${path}`;
  if (read.version !== 1)
    throw new TricadeError('TRI-R006', `${path} is of version ${read.version}, not 1`, { hint });
  const { digest, ...body } = read;
  if (sha256(canonicalJson(body)) !== digest)
    throw new TricadeError('TRI-R006', `${path} was altered since it was written`, { hint });
  return read;
}

/** Why a plan must not be applied any more: everything that is not as it was. Empty: it may. */
export function outOfDate(file: PlanFile, now: PlanGround): readonly Finding[] {
  const { generation } = now;
  if (file.intentDigest !== generation.digest)
    return [
      finding('TRI-R007', `${file.clusterFile} says something else than when the plan was made`),
    ];
  if (file.generation !== generation.number) {
    const text = `the plan is for generation ${file.generation}, and by now the next one is ${generation.number}`;
    return [finding('TRI-R008', text)];
  }
  const noted = notedOf(now);
  const names = [...new Set([...Object.keys(file.inventory), ...Object.keys(noted)])];
  const changed = names.flatMap((name) => {
    const what = difference(file.inventory[name], noted[name]);
    return what === undefined ? [] : [finding('TRI-R009', `${name}: ${what}`)];
  });
  if (changed.length > 0) return changed;
  const [before, next] = [file.plan.wave, now.plan.wave];
  if (canonicalJson(before) !== canonicalJson(next)) {
    const text = `the plan has ${waveText(before)}, planning now gives ${waveText(next)}`;
    return [finding('TRI-R010', text)];
  }
  const rendered = renderedOf(now);
  const other = Object.keys(file.rendered).filter((name) => file.rendered[name] !== rendered[name]);
  if (other.length === 0) return [];
  const text = `this program renders other files for ${other.join(', ')} than ${file.program} did`;
  return [finding('TRI-R010', text)];
}

function finding(code: keyof typeof codes & string, message: string): Finding {
  const { effect = '', fix = '' } = codes[code as keyof typeof codes] ?? {};
  return { code, severity: 'error', message, effect, fix };
}

function waveText(wave: Plan['wave']): string {
  const steps = wave.map(
    ({ node, drainFirst }) => `${node}${drainFirst ? ' (drained first)' : ''}`,
  );
  return steps.join(', ') || 'no step';
}

function renderedOf({ plan, keyless }: PlanGround): Record<Name, string> {
  return Object.fromEntries(
    plan.wave.map(({ node }) => {
      const bundles = keyless.find((each) => each.node === node)?.bundles ?? [];
      return [node, sha256(bundles.map(bundleDigest).join('\n'))];
    }),
  );
}

function notedOf({ cluster, inventory }: PlanGround): Record<Name, NotedNode> {
  return Object.fromEntries(
    Object.entries(inventory).map(([name, found]) => {
      const node = cluster.nodes.find((each) => each.name === name);
      return [name, noted(found, node)];
    }),
  );
}

function noted(found: Found, node: ClusterNode | undefined): NotedNode {
  if ('unreachable' in found) return { unreachable: found.unreachable.word };
  const { facts, generation } = found;
  const devices = (node?.legs ?? []).map(({ device, addresses }): [string, string] => {
    const seen = facts.devices[device];
    if (seen === undefined) return [device, 'absent'];
    const has = addresses.filter((each) =>
      seen.addresses.some((own) => own.startsWith(`${each}/`)),
    );
    return [device, `${seen.mac} mtu ${seen.mtuBytes} ${has.join(' ')}`];
  });
  return {
    os: facts.os,
    kernel: facts.kernel,
    generation: generation && {
      number: generation.number,
      digest: sha256(canonicalJson(generation)),
    },
    devices: Object.fromEntries(devices),
    roles: Object.fromEntries(
      Object.entries(found.roles).map(([role, { bundleDigest: digest, running }]) => [
        role,
        `${digest || 'not as installed'}${running ? '' : ', stopped'}`,
      ]),
    ),
  };
}

/** What is not as it was with one node, for people. */
function difference(then: NotedNode | undefined, now: NotedNode | undefined): string | undefined {
  if (then === undefined) return 'was not in the cluster then';
  if (now === undefined) return 'is not in the cluster any more';
  if ('unreachable' in then || 'unreachable' in now) {
    if ('unreachable' in then && 'unreachable' in now) return undefined;
    return 'unreachable' in then ? 'could not be read then and can now' : 'cannot be read now';
  }
  const number = (node: typeof then): string => String(node.generation?.number ?? 'none');
  if (number(then) !== number(now)) return `generation ${number(then)} then, ${number(now)} now`;
  if (then.generation?.digest !== now.generation?.digest)
    return `another generation ${number(now)}`;
  if (then.os !== now.os || then.kernel !== now.kernel)
    return `${then.os}, kernel ${then.kernel} then; ${now.os}, kernel ${now.kernel} now`;
  return (
    keyThatDiffers('interface', then.devices, now.devices) ??
    keyThatDiffers('role', then.roles, now.roles)
  );
}

function keyThatDiffers(
  what: string,
  then: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string | undefined {
  const key = [...Object.keys(then), ...Object.keys(now)].find((each) => then[each] !== now[each]);
  return key === undefined
    ? undefined
    : `${what} ${key} is not as it was (${short(then[key])} then, ${short(now[key])} now)`;
}

/** Digests by their first letters. */
function short(text = 'absent'): string {
  return text.replaceAll(/[0-9a-f]{64}/g, (digest) => digest.slice(0, 8));
}
