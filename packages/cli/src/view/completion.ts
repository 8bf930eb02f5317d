/** Completion scripts. Pure. */

/** What may follow a command: the words that lead to it, its sub-commands, options and their choices (by flag). */
export interface CommandWords {
  readonly path: readonly string[];
  readonly text: string;
  readonly commands: readonly string[];
  readonly options: readonly { readonly flag: string; readonly text: string }[];
  readonly choices: Readonly<Record<string, readonly string[]>>;
}

/** By shell: the whole tree of commands → lines of its script. */
export const completionScripts: Readonly<
  Record<string, (all: readonly CommandWords[]) => readonly string[]>
> = {
  bash: bashLines,
  zsh: (all) => [
    '#compdef tricade',
    'autoload -U +X bashcompinit && bashcompinit',
    ...bashLines(all),
  ],
  fish: fishLines,
};

/** The longest known path of commands decides; a choice after its flag, options after a dash, else sub-commands or files. */
function bashLines(all: readonly CommandWords[]): readonly string[] {
  const choices = new Map(
    all.flatMap((each) => Object.entries(each.choices).map(([flag, words]) => [flag, words])),
  );
  return [
    '_tricade() {',
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: shell, not a template
    '  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path= commands= options=',
    '  [ "${COMP_WORDS[1]}" = lab ] && [ "$COMP_CWORD" -gt 2 ] && path="lab ${COMP_WORDS[2]}" || { [ "$COMP_CWORD" -gt 1 ] && path=${COMP_WORDS[1]}; }',
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: shell, not a template
    '  case "$path" in',
    ...all.map(
      ({ path, commands, options }) =>
        `    '${path.join(' ')}') commands='${commands.join(' ')}' options='${options.map(({ flag }) => flag).join(' ')}';;`,
    ),
    '  esac',
    '  case "$before" in',
    ...[...choices].map(
      ([flag, words]) =>
        `    ${flag}) COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$word")); return;;`,
    ),
    '  esac',
    '  case "$word" in',
    '    -*) COMPREPLY=($(compgen -W "$options --help" -- "$word"));;',
    '    *) if [ -n "$commands" ]; then COMPREPLY=($(compgen -W "$commands" -- "$word")); else COMPREPLY=($(compgen -f -- "$word")); fi;;',
    '  esac',
    '}',
    'complete -o filenames -F _tricade tricade',
  ];
}

function fishLines(all: readonly CommandWords[]): readonly string[] {
  const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
  const texts = new Map(all.map(({ path, text }) => [path.join(' '), text]));
  return all.flatMap(({ path, commands, options, choices }) => {
    const when =
      path.length === 0
        ? '__fish_use_subcommand'
        : path.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    const on = `complete -c tricade -n ${quoted(when)}`;
    return [
      ...commands.map(
        (name) => `${on} -a ${name} -d ${quoted(texts.get([...path, name].join(' ')) ?? '')}`,
      ),
      ...options.map(({ flag, text }) => {
        const words = choices[flag];
        const values = words === undefined ? '' : ` -x -a ${quoted(words.join(' '))}`;
        return `${on} -l ${flag.slice(2)}${values} -d ${quoted(text)}`;
      }),
    ];
  });
}
