import { writeFileSync } from 'node:fs';
import { TricadeError } from '@tricade/cluster';
import type { ExitCode } from '../edge.ts';
import { examples } from '../examples.ts';
import { unknownName } from '../unknown-name.ts';
import { say } from '../view/print.ts';

/** `tricade init`: writes an example, never over a file that is there. */
export async function init(
  file: string,
  options: { readonly example: string; readonly force?: boolean },
): Promise<ExitCode> {
  const known = examples();
  const text = Object.hasOwn(known, options.example) ? known[options.example] : undefined;
  if (text === undefined) throw unknownName('example', options.example, Object.keys(known));
  try {
    writeFileSync(file, text, { flag: options.force === true ? 'w' : 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST')
      throw new TricadeError('TRI-U002', `${file} is there already`, {
        hint: 'choose another name, or pass --force',
      });
    throw new TricadeError('TRI-U002', `cannot write ${file}`, { cause });
  }
  say(`wrote ${file} (example ${options.example})      next: tricade validate ${file}`);
  return 0;
}
