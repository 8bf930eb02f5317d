import type { Command } from 'commander';
import type { ExitCode } from '../edge.ts';
import { unknownName } from '../unknown-name.ts';
import { type CommandWords, completionScripts } from '../view/completion.ts';

/** `tricade completion`: commands, options and their choices from the program itself, files otherwise. */
export async function completion(
  shell: string,
  _options: unknown,
  command: Command,
): Promise<ExitCode> {
  const script = completionScripts[shell];
  if (script === undefined) throw unknownName('shell', shell, Object.keys(completionScripts));
  const root = command.parent ?? command;
  process.stdout.write(`${script(wordsOf(root, [])).join('\n')}\n`);
  return 0;
}

/** Every command with what may follow it: sub-commands and options. */
function wordsOf(command: Command, path: readonly string[]): readonly CommandWords[] {
  const below = command.commands.flatMap((each) => wordsOf(each, [...path, each.name()]));
  return [wordsHere(command, path), ...below];
}

function wordsHere(command: Command, path: readonly string[]): CommandWords {
  const shown = command.options.filter((option) => !option.hidden);
  const choices = shown.flatMap(({ long, short, argChoices }) =>
    argChoices === undefined
      ? []
      : [long, short].flatMap((flag) => (flag ? [[flag, argChoices] as const] : [])),
  );
  return {
    path,
    text: command.description(),
    commands: command.commands.map((each) => each.name()),
    options: shown.flatMap(({ long, description }) =>
      long ? [{ flag: long, text: description }] : [],
    ),
    choices: Object.fromEntries(choices),
  };
}
