/** The command as an operator types it, as a child of this process. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { enterNetwork, labsUp } from '@tricade/lab';

const root = fileURLToPath(new URL('../', import.meta.url));
const entry = join(root, 'packages/cli/src/main.ts');

export interface Ran {
  /** Exit code; 128 where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  /** Lines of stderr, each with the wall clock (ms) at which it came. */
  readonly said: readonly { readonly atMs: number; readonly text: string }[];
  /** Wall clock (ms) of the first line of either. */
  readonly answeredAtMs: number | undefined;
  readonly tookMs: number;
}

export interface RunOptions {
  /** Runs inside this lab's network, if it is up; without it the command looks for the lab itself. */
  readonly lab?: string;
  readonly onSaid?: (line: string) => void;
}

/** Runs `tricade ARGV` from source to its end; a non-zero exit is a value. */
export async function tricade(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { lab } = options;
  const inside = lab !== undefined && labsUp().includes(lab) ? enterNetwork(lab) : [];
  const whole = [...inside, process.execPath, '--conditions=source', entry, ...argv];
  const [command = '', ...rest] = whole;
  const startedMs = performance.now();
  const child = spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compile'),
      ...process.env,
      ...(inside.length === 0 ? {} : { TRICADE_LAB: lab }),
    },
  });
  let stdout = '';
  let answeredAtMs: number | undefined;
  const said: { atMs: number; text: string }[] = [];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    answeredAtMs ??= Date.now();
    stdout += chunk;
  });
  createInterface({ input: child.stderr }).on('line', (text) => {
    answeredAtMs ??= Date.now();
    said.push({ atMs: Date.now(), text });
    options.onSaid?.(text);
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 128));
  });
  return { code, stdout, said, answeredAtMs, tookMs: performance.now() - startedMs };
}
