/** The edge: where values become exit codes and errors are printed, once. */
import { TricadeError } from '@tricade/cluster';

/** 0 done, 1 failed, 2 wrong usage, 3 unreachable, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

/** Codes that mean that somebody could not be reached. */
const unreachable = new Set(['TRI-U003', 'TRI-S004', 'TRI-S005', 'TRI-R002']);

/** Runs a command and sets the exit code. Errors are printed with code, hint and chain of causes; stack traces only with --debug. */
export async function runAtEdge(command: () => Promise<ExitCode>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    process.exitCode = error instanceof TricadeError ? exitOf(error) : 1;
    process.stderr.write(`${describe(error, process.argv.includes('--debug'))}\n`);
  }
}

function exitOf(error: TricadeError): ExitCode {
  if (error.code === 'TRI-U007') return 2;
  return unreachable.has(error.code) ? 3 : 1;
}

/** The text of an error as people see it. */
export function describe(error: unknown, debug: boolean): string {
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
  if (error.hint !== undefined)
    lines.push(`  Fix: ${error.hint}     tricade explain ${error.code}`);
  return lines.join('\n');
}
