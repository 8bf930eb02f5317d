/** The command: rows of `program/`, by area. Sub-commands load what they need when they run, so that `--help` is quick. */
import { Command } from 'commander';
import { authoring } from './program/authoring.ts';
import { addCommand, type CommandRow } from './program/command-row.ts';
import { daemons } from './program/daemons.ts';
import { lab } from './program/lab.ts';
import { operations } from './program/operations.ts';
import { rollouts } from './program/rollouts.ts';

/** A heading of `--help` and of the reference, and its commands. */
export interface CommandArea {
  readonly title: string;
  readonly rows: readonly CommandRow[];
}

export const areas: readonly CommandArea[] = [
  { title: 'Cluster files', rows: authoring },
  { title: 'Rolling out', rows: rollouts },
  { title: 'Operating', rows: operations },
  { title: 'Daemons', rows: daemons },
];

/** Commands of `tricade lab`. */
export const labArea: CommandArea = {
  title: 'The cluster of a file on this machine, with real hosts, routes and packets.',
  rows: lab,
};

/** The whole program; nothing runs before `parseAsync`. */
export function program(): Command {
  const root = new Command('tricade')
    .description(
      'Runs a layered load-balancing cluster (routers, L4 directors, L7 proxies, servers) from one file.',
    )
    .option('--debug', 'print causes and stack traces')
    .showHelpAfterError('(see --help)')
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText('after', '\nBegin with:\n  tricade init && tricade validate cluster.yaml');
  for (const { title, rows } of areas) {
    root.commandsGroup(`${title}:`);
    for (const row of rows) addCommand(root, row);
  }
  root.commandsGroup('Lab:');
  const under = root.command('lab').description(labArea.title).enablePositionalOptions();
  for (const row of lab) addCommand(under, row);
  return root;
}
