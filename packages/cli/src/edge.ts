/** The edge: where values become exit codes and errors are printed, once. */
import { TricadeError } from '@tricade/cluster';

/** 0 done, 1 failed, 2 wrong usage, 3 unreachable, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

/** Codes that mean that somebody could not be reached. */
const unreachable = new Set(['TRI-U003', 'TRI-S004', 'TRI-S005', 'TRI-R002']);

/** What an error cannot know by itself. */
export interface EdgeFacts {
  /** The file of the command line: what hints call FILE. */
  readonly file?: string | undefined;
  /** What to do by the code alone, where the error has no hint of its own. */
  readonly fixOf?: (code: string) => Promise<string | undefined>;
}

/** Runs a command and sets the exit code. Errors are printed with code, fix and chain of causes; stack traces only with --debug. */
export async function runAtEdge(
  command: () => Promise<ExitCode>,
  { file, fixOf }: EdgeFacts = {},
): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    process.exitCode = error instanceof TricadeError ? exitOf(error) : 1;
    const bare = error instanceof TricadeError && error.hint === undefined;
    const fix = bare ? await fixOf?.(error.code).catch(() => undefined) : undefined;
    const text = describe(error, process.argv.includes('--debug'), fix);
    process.stderr.write(`${file === undefined ? text : withFile(text, file)}\n`);
  }
}

/** Commands in a hint are to be pasted: the placeholder becomes the file that was named. */
export function withFile(text: string, file: string): string {
  return text.replaceAll(/(tricade [a-z ]*)\bFILE\b/g, (_, command: string) => `${command}${file}`);
}

function exitOf(error: TricadeError): ExitCode {
  if (error.code === 'TRI-U007') return 2;
  return unreachable.has(error.code) ? 3 : 1;
}

/** The text of an error as people see it. `fix`: for one without a hint of its own. */
export function describe(error: unknown, debug: boolean, fix?: string): string {
  if (debug && error instanceof Error)
    return (
      error.stack + (error.cause === undefined ? '' : `\ncaused by ${describe(error.cause, true)}`)
    );
  if (!(error instanceof TricadeError))
    return `tricade: ${error instanceof Error ? error.message : String(error)}\n  This is a fault of the program: run it again with --debug and report it.`;
  const lines = [
    `${error.code}  ${error.node === undefined ? '' : `${error.node}: `}${error.message}`,
  ];
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause)
    lines.push(`  because: ${cause.message}`);
  const todo = error.hint ?? fix;
  if (todo !== undefined) lines.push(`  Fix: ${todo}     tricade explain ${error.code}`);
  return lines.join('\n');
}
