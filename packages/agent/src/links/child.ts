/** The parent's side: a child process that tells of the links, started again whenever it ends. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { News } from './news.ts';

/** A second Node on every host is to be small: it computes next to nothing, so it does without compilers, their threads and a large young generation. */
const small: readonly string[] = [
  '--no-opt',
  '--no-maglev',
  '--no-sparkplug',
  '--max-semi-space-size=1',
  '--v8-pool-size=0',
];

/** Waits before the child is started again: the first after one that had told something, doubled after each that had not. */
const restartMs = { first: 200, most: 5_000 };

export interface ChildOptions {
  /** JavaScript that sends news (`process.send`) until its channel ends. */
  readonly program: string;
  tell(news: News): void;
  /** One line for the journal. */
  log?(line: string): void;
}

/** Runs the child until ended. Whatever it missed, its first news makes up for: the whole table. */
export function followChild(options: ChildOptions): () => void {
  const { program, tell, log } = options;
  let child: ChildProcess | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waitMs = restartMs.first;
  let ended = false;
  const start = (): void => {
    // The program is read from standard input: so a program that is one file can have another one inside it. The channel ends with this process,
    // however that ends.
    const stdio = ['pipe', 'inherit', 'inherit', 'ipc'] as const;
    const started = spawn(process.execPath, [...small, '-'], { stdio: [...stdio] });
    child = started;
    started.stdin?.on('error', () => undefined).end(program);
    started.on('message', (news) => {
      if (ended) return;
      waitMs = restartMs.first;
      tell(news as News);
    });
    onceOver(started, (how) => {
      if (ended) return;
      log?.(`the process that follows the links ended (${how}): started again in ${waitMs} ms`);
      timer = setTimeout(start, waitMs);
      waitMs = Math.min(2 * waitMs, restartMs.most);
    });
  };
  start();
  return () => {
    ended = true;
    clearTimeout(timer);
    child?.kill();
  };
}

/** `close` follows `error` only where the child had started. */
function onceOver(child: ChildProcess, listener: (how: string) => void): void {
  let over = false;
  const first = (how: string): void => {
    if (over) return;
    over = true;
    listener(how);
  };
  child.once('error', (error) => first(error.message));
  child.once('close', (code, signal) => first(signal ?? `exit ${code}`));
}
