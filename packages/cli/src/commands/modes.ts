import { modes as allModes, type ModeEntry, modeNamed, packetTable } from '@tricade/cluster';
import type { ExitCode } from '../edge.ts';
import { unknownName } from '../unknown-name.ts';
import { type Format, print } from '../view/print.ts';
import { tableLines } from '../view/table.ts';
import { catalog } from '../wire.ts';

/** `tricade modes`: the seven in a table, with the drivers that can do each; `tricade modes MODE`: one whole. */
export async function modes(
  name: string | undefined,
  options: { readonly output: Format },
): Promise<ExitCode> {
  const drivers = await driversByMode();
  if (name === undefined) {
    const entries = Object.values(allModes);
    await print(
      options.output,
      entries.map((mode) => ({ ...mode, drivers: drivers(mode) })),
      (wide) => [
        ...tableLines(
          ['MODE', 'LAYER', 'DRIVERS', 'WHAT IT IS', ...(wide ? ['NEEDS', 'ALSO CALLED'] : [])],
          entries.map((mode) => [
            mode.name,
            mode.layer,
            drivers(mode).join(' ') || 'none yet',
            mode.title,
            ...(wide ? [mode.needs.join(' ') || '-', mode.aliases.join(', ') || '-'] : []),
          ]),
        ),
        'One whole: tricade modes MODE',
      ],
    );
    return 0;
  }
  const mode = modeNamed(name);
  if (mode === undefined) throw unknownName('mode', name, Object.keys(allModes));
  await print(options.output, { ...mode, packets: packetTable(mode), drivers: drivers(mode) }, () =>
    modeLines(mode, drivers(mode)),
  );
  return 0;
}

async function driversByMode(): Promise<(mode: ModeEntry) => readonly string[]> {
  const can = await catalog();
  return (mode) => {
    const roles =
      mode.kind === 'l4' ? ['director'] : mode.kind === 'l7' ? ['proxy'] : ['director', 'proxy'];
    return roles.flatMap((role) =>
      Object.entries(can[role] ?? {})
        .filter(([, able]) =>
          mode.kind === 'listening' ? able.transparentListening : able.modes.includes(mode.name),
        )
        .map(([driver]) => driver),
    );
  };
}

function modeLines(mode: ModeEntry, drivers: readonly string[]): readonly string[] {
  const list = (title: string, items: readonly string[]): readonly string[] =>
    items.length === 0 ? [] : [`${title}:`, ...items.map((item) => `  - ${item}`)];
  const rows = packetTable(mode).map((row) => [
    String(row.step),
    row.from,
    row.to,
    row.sourceAddress,
    row.sourceMac,
    row.destinationAddress,
    row.destinationMac,
  ]);
  return [
    `${mode.title} (${mode.name}, layer ${mode.layer})${mode.aliases.length === 0 ? '' : `, also called ${mode.aliases.join(', ')}`}`,
    mode.presentation,
    `Connections: ${mode.connections}`,
    ...(rows.length === 0
      ? []
      : tableLines(
          ['STEP', 'FROM', 'TO', 'SOURCE IP', 'SOURCE MAC', 'DESTINATION IP', 'DESTINATION MAC'],
          rows,
        )),
    ...list('For', mode.pros),
    ...list('Against', mode.cons),
    ...list('Use it', mode.usage),
    `Needs: ${mode.needs.join(', ') || 'nothing'}      tricade explain CODE`,
    `Drivers: ${drivers.join(', ') || 'none in this version'}`,
  ];
}
