/** Plan files on disk: written for their owner alone, read back whole or not at all. */
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { type Plan, TricadeError, type Wanted } from '@tricade/cluster';
import type { PlanFile, PlanGround } from '@tricade/rollout';
import { programVersion } from './commands/version.ts';
import { operator } from './operator.ts';
import { payload } from './payload.ts';
import type { Intended, Session } from './rollout.ts';
import { wantedOf } from './wire.ts';

/** A plan file as it was read, and the cluster file that it speaks of. */
export interface ReadPlan {
  readonly path: string;
  readonly file: PlanFile;
  readonly clusterFile: string;
}

/** The plan in `path`; undefined for any other file, a cluster file among them. Throws TRI-R006, TRI-U002. */
export async function planAt(path: string): Promise<ReadPlan | undefined> {
  const { readPlanFile } = await import('@tricade/rollout');
  const file = readPlanFile(readText(path), path);
  if (file === undefined) return undefined;
  return { path, file, clusterFile: join(dirname(path), file.clusterFile) };
}

/** What a plan was made from, in the words of the plan file. `keyless`: rendered without the flow hash's key, for no secret may be told by a digest. */
export async function groundOf(
  { cluster }: Session,
  { generation, inventory }: Intended,
  plan: Plan,
): Promise<PlanGround> {
  return { cluster, generation, inventory, plan, keyless: await keyless({ cluster, generation }) };
}

async function keyless(
  intent: Pick<PlanGround, 'cluster' | 'generation'>,
): Promise<readonly Wanted[]> {
  const generation = { ...intent.generation, hashKey: '0'.repeat(32) };
  return wantedOf({ cluster: intent.cluster, generation, payload: await payload(intent.cluster) });
}

/** Writes a plan to `path` (0600). Throws TRI-U002 where something other than a plan is there. */
export async function writePlan(path: string, session: Session, ground: PlanGround): Promise<void> {
  const { planFileText } = await import('@tricade/rollout');
  if (existsSync(path) && (await planAt(path)) === undefined)
    throw new TricadeError('TRI-U002', `${path} is there already and is no plan`, {
      hint: 'choose another name for --out',
    });
  const text = planFileText(
    {
      program: `tricade ${programVersion}`,
      madeAtMs: Date.now(),
      by: `${operator()}@${hostname()}`,
      clusterFile: relative(dirname(resolve(path)), resolve(session.file)),
    },
    ground,
  );
  const fresh = `${path}.${process.pid}`;
  try {
    writeFileSync(fresh, text, { mode: 0o600 });
    chmodSync(fresh, 0o600);
    renameSync(fresh, path);
  } catch (cause) {
    throw new TricadeError('TRI-U002', `cannot write ${path}`, { cause });
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new TricadeError('TRI-U002', `cannot read ${path}`, {
      cause,
      hint: 'tricade init writes an example',
    });
  }
}
