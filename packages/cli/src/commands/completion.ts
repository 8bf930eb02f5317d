import { TricadeError } from '@tricade/cluster';
import type { Command } from 'commander';
import type { ExitCode } from '../edge.ts';

/** `tricade completion`: names of commands and options from the program itself, files otherwise. */
export async function completion(shell: string, root: Command): Promise<ExitCode> {
  const commands = root.commands.map((command) => command.name());
  const lab =
    root.commands
      .find((command) => command.name() === 'lab')
      ?.commands.map((command) => command.name()) ?? [];
  const scripts: Readonly<Record<string, string>> = {
    bash: bashScript(commands, lab),
    zsh: `#compdef tricade\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(commands, lab)}`,
    fish: [
      ...root.commands.map(
        (command) =>
          `complete -c tricade -n __fish_use_subcommand -a ${command.name()} -d '${command.description().replaceAll("'", '')}'`,
      ),
      `complete -c tricade -n '__fish_seen_subcommand_from lab' -a '${lab.join(' ')}'`,
    ].join('\n'),
  };
  const script = scripts[shell];
  if (script === undefined)
    throw new TricadeError('TRI-U007', `no completion for ${shell}`, {
      hint: 'there are: bash, zsh, fish',
    });
  process.stdout.write(`${script}\n`);
  return 0;
}

function bashScript(commands: readonly string[], lab: readonly string[]): string {
  return `_tricade() {
  local word=\${COMP_WORDS[COMP_CWORD]}
  if [ "$COMP_CWORD" = 1 ]; then COMPREPLY=($(compgen -W '${commands.join(' ')}' -- "$word"))
  elif [ "$COMP_CWORD" = 2 ] && [ "\${COMP_WORDS[1]}" = lab ]; then COMPREPLY=($(compgen -W '${lab.join(' ')}' -- "$word"))
  else COMPREPLY=($(compgen -f -- "$word")); fi
}
complete -o filenames -F _tricade tricade`;
}
