/** A cluster in a lab for one file of tests: examples/shop.yaml under a name of its own, rolled out and healthy. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { labsUp } from '@tricade/lab';
import { brief, lasting } from '../../demo/effort.ts';
import { stretchOf } from '../../demo/figures.ts';
import { healthy, must, type Stage } from '../../demo/measure.ts';
import { lower, raise } from '../../demo/stage.ts';
import { type Ran, tricade } from '../../demo/tricade.ts';

const example = fileURLToPath(new URL('../../examples/shop.yaml', import.meta.url));

/** `pnpm faults:long` gives a seed. */
const seed = process.env['TRICADE_FAULTS_SEED'];
const effort = seed === undefined ? brief : lasting(Number(seed));

export interface Standing {
  readonly stage: Stage;
  readonly upMs: number;
  /** Of the first roll-out. */
  readonly applied: Ran;
  down(): Promise<void>;
}

/** The example's text with parts replaced; each must be there. */
export function shop(name: string, replace: Readonly<Record<string, string>> = {}): string {
  const parts = Object.entries({ 'cluster: shop': `cluster: ${name}`, ...replace });
  return parts.reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new RangeError(`the example has no "${from}"`);
      return text.replace(from, to);
    },
    readFileSync(example, 'utf8'),
  );
}

/**
 * Brings a cluster file up and rolls it out. The lab dies with this process whatever happens. `room`: a file whose nodes all get a host, of which
 * those of `text` are some.
 */
export async function standing(text: string, room: string = text): Promise<Standing> {
  const folder = mkdtempSync(join(tmpdir(), 'tricade-lab-'));
  const file = join(folder, 'cluster.yaml');
  writeFileSync(file, room);
  const { stage: raised, tookMs } = await raise(file, { tied: true });
  writeFileSync(file, text);
  const stage: Stage = { ...raised, effort };
  const lab = stage.cluster.name;
  const down = async (): Promise<void> => {
    await lower(stage);
    rmSync(folder, { recursive: true });
    if (labsUp().includes(lab)) throw new Error(`lab ${lab} is still up`);
  };
  try {
    const applied = await must(tricade(['apply', file, '--yes'], { lab }));
    await healthy(stage);
    return { stage, upMs: tookMs, applied, down };
  } catch (error) {
    await down();
    throw error;
  }
}

/** What bounds of times are multiplied by now: 1 on a machine of one's own. */
export function stretch(): number {
  return stretchOf(loadavg()[0] ?? 0, availableParallelism());
}

/** Prints a figure beside the test's name. */
export function figure(text: string): void {
  process.stdout.write(`    ${text}\n`);
}
