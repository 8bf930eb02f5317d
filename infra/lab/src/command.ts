/** Runs programs of this machine, each with a deadline. */
import { type StdioOptions, spawn } from 'node:child_process';
import { TricadeError } from '@tricade/cluster';

export interface CommandOptions {
  readonly stdin?: string | Uint8Array;
  /** Default 30,000; 0: none. */
  readonly timeoutMs?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** `inherit`: the program has this process's own stdin, stdout and stderr. Default `pipe`. */
  readonly stdio?: 'pipe' | 'inherit';
  /** Called for each whole line of stdout as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface CommandResult {
  /** Exit status; 128 + n for signal n. */
  readonly code: number;
  /** Empty with `inherit`. */
  readonly stdout: string;
  readonly stderr: string;
}

const signalNumbers: Readonly<Record<string, number>> = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** Runs a program to its end; a non-zero exit is a value. Throws TRI-L005 where it cannot be started or does not end in time (it is killed). */
export function runCommand(
  argv: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { stdin, timeoutMs = 30_000, stdio = 'pipe', onLine } = options;
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const pipes: StdioOptions =
      stdio === 'inherit' ? 'inherit' : [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'];
    const child = spawn(program, args, { stdio: pipes, env: options.env ?? process.env });
    const stdout = collected(child.stdout, onLine);
    const stderr = collected(child.stderr);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, timeoutMs || 0x7fffffff);
    child.stdin?.on('error', () => {}); // it may end without reading; its exit status tells
    child.stdin?.end(stdin);
    child.on('error', (cause) => {
      clearTimeout(timer);
      reject(new TricadeError('TRI-L005', `${program} could not be started`, { cause }));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (late) reject(tooLate(argv, timeoutMs, stderr.text));
      const status = code ?? 128 + (signalNumbers[signal ?? ''] ?? 0);
      resolve({ code: status, stdout: stdout.text, stderr: stderr.text });
    });
  });
}

function tooLate(argv: readonly string[], timeoutMs: number, stderr: string): TricadeError {
  const said = stderr.trim() && `: ${stderr.trim().slice(-500)}`;
  return new TricadeError('TRI-L005', `${argv[0]} did not end within ${timeoutMs} ms${said}`);
}

function collected(
  stream: NodeJS.ReadableStream | null,
  onLine?: (line: string) => void,
): { text: string } {
  const kept = { text: '' };
  let open = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => {
    kept.text += chunk;
    if (!onLine) return;
    const lines = (open + chunk).split('\n');
    open = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  return kept;
}

/** A word for a POSIX shell: as it is where that is safe, else in single quotes. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
