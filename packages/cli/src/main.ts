/** Entry of the command: parses, runs, sets the exit code. */
import { CommanderError } from 'commander';
import { program } from './program.ts';

// Whoever reads the output may stop early (`tricade explain | head`): that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await program().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
