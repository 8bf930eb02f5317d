/** Entry of the command: parses, runs, sets the exit code. */
import { CommanderError } from 'commander';
import { program } from './program.ts';

try {
  await program().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
