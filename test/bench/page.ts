/** docs/reference/benchmarks.md: sections under one heading that says when and where they were measured. */
import { cpus, loadavg, release } from 'node:os';

export interface Section {
  readonly title: string;
  /** Markdown. */
  readonly text: string;
}

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), `|${'---|'.repeat(heads.length)}`, ...rows.map(line)].join('\n');
}

export function page(sections: readonly Section[]): string {
  const [cpu] = cpus();
  const load = loadavg().map((value) => value.toFixed(1));
  const where = `${cpu?.model.trim()}, ${cpus().length} CPUs, Linux ${release()}, load ${load.join(' / ')} at the end`;
  return `# Benchmarks

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${where}.

${sections.map(({ title, text }) => `## ${title}\n\n${text}`).join('\n\n')}
`;
}
