import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TricadeError } from '@tricade/cluster';
import type { ExitCode } from '../edge.ts';
import { say } from '../view/print.ts';

/** Examples lie beside the checkout; a bundled program carries none. */
const examples = join(import.meta.dirname, '../../../../examples');

/** `tricade init`: writes an example, never over a file that is there. */
export async function init(
  file: string,
  options: { readonly example: string; readonly force?: boolean },
): Promise<ExitCode> {
  const source = join(examples, `${options.example}.yaml`);
  if (!/^[a-z-]+$/.test(options.example) || !existsSync(source)) {
    const known = existsSync(examples)
      ? readdirSync(examples)
          .filter((name) => name.endsWith('.yaml'))
          .map((name) => name.slice(0, -5))
      : [];
    throw new TricadeError('TRI-U007', `no example is called ${options.example}`, {
      hint: `there are: ${known.join(', ') || 'none here; run it from a checkout'}`,
    });
  }
  if (existsSync(file) && options.force !== true)
    throw new TricadeError('TRI-U002', `${file} is there already`, {
      hint: 'choose another name, or pass --force',
    });
  try {
    writeFileSync(file, readFileSync(source));
  } catch (cause) {
    throw new TricadeError('TRI-U002', `cannot write ${file}`, { cause });
  }
  say(`wrote ${file} (example ${options.example})      next: tricade validate ${file}`);
  return 0;
}
