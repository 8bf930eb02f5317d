/** What rollouts did, on the operator's side: JSON lines, only ever appended to. */
import { constants } from 'node:fs';
import { mkdir, open, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { TricadeError } from '@tricade/cluster';
import type { Ending, RolloutEvent } from './events.ts';

export interface JournalEntry {
  readonly format: 1;
  /** Id of the rollout, the same on all of its lines. */
  readonly rollout: string;
  /** Wall clock, ms since 1970. */
  readonly atMs: number;
  /** Who ran it, `user@machine`. */
  readonly by: string;
  readonly event: RolloutEvent;
}

/** One rollout as its lines tell it. */
export interface RolloutSummary {
  readonly rollout: string;
  readonly by: string;
  readonly begunAtMs: number;
  readonly lastAtMs: number;
  readonly generation: number;
  readonly nodes: number;
  readonly stepsDone: number;
  readonly stepsFailed: number;
  /** `unfinished`: it runs, or its process died; running `apply` again goes on from what is found. */
  readonly ending: Ending | 'unfinished';
}

export interface Journal {
  readonly path: string;
  /** On disk when it resolves. Progress is not kept. Throws TRI-R004. */
  append(entry: Omit<JournalEntry, 'format'>): Promise<void>;
  /** All lines; one that was cut off by a crash is left out. */
  read(): Promise<readonly JournalEntry[]>;
}

/** Folder of a cluster's journal: `$XDG_STATE_HOME/tricade/CLUSTER`, by default below ~/.local/state. */
export function journalFolder(
  cluster: string,
  env: Readonly<Partial<Record<string, string>>> = process.env,
): string {
  return join(env.XDG_STATE_HOME || join(homedir(), '.local/state'), 'tricade', cluster);
}

/** The journal in `folder`, which is made when it is first written to. */
export function openJournal(folder: string): Journal {
  const path = join(folder, 'journal.jsonl');
  return {
    path,
    append: async (entry) => {
      if (entry.event.kind === 'progress') return;
      await appendLine(path, folder, JSON.stringify({ format: 1, ...entry }));
    },
    read: async () => parseJournal(await readFile(path, 'utf8').catch(() => '')),
  };
}

async function appendLine(path: string, folder: string, line: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const handle = await open(
      path,
      constants.O_APPEND | constants.O_CREAT | constants.O_RDWR,
      0o600,
    );
    try {
      // A line that a crash cut off must not swallow this one.
      const { size } = await handle.stat();
      const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
      const torn = size > 0 && buffer[0] !== 10;
      await handle.appendFile(`${torn ? '\n' : ''}${line}\n`);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new TricadeError('TRI-R004', `${path} cannot be written`, { cause });
  }
}

function parseJournal(text: string): JournalEntry[] {
  return text.split('\n').flatMap((line) => {
    try {
      const entry = JSON.parse(line) as JournalEntry;
      return entry.format === 1 ? [entry] : [];
    } catch {
      return [];
    }
  });
}

/** Rollouts, the latest first. */
export function listRollouts(entries: readonly JournalEntry[]): readonly RolloutSummary[] {
  const all = new Map<string, JournalEntry[]>();
  for (const entry of entries) all.set(entry.rollout, [...(all.get(entry.rollout) ?? []), entry]);
  return [...all.values()].map(summary).sort((a, b) => b.begunAtMs - a.begunAtMs);
}

function summary(entries: readonly JournalEntry[]): RolloutSummary {
  const events = entries.map(({ event }) => event);
  const begun = events.find((event) => event.kind === 'begun');
  const ends = events.filter((event) => event.kind === 'step-ended');
  const ended = events.findLast((event) => event.kind === 'ended');
  const done = ends.filter(({ end }) => end.result === 'done').length;
  return {
    rollout: entries[0]?.rollout ?? '',
    by: entries[0]?.by ?? '',
    begunAtMs: entries[0]?.atMs ?? 0,
    lastAtMs: entries.at(-1)?.atMs ?? 0,
    generation: begun?.generation.number ?? 0,
    nodes: begun?.nodes.length ?? 0,
    stepsDone: done,
    stepsFailed: ends.length - done,
    ending: ended?.ending ?? 'unfinished',
  };
}
