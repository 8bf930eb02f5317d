/** Measures all of it and writes docs/reference/benchmarks.md. Needs root. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../infra/packaging/built-file.ts';
import { cableSection } from './cable.ts';
import { churnSection } from './churn.ts';
import { directorSection } from './director.ts';
import { page } from './page.ts';

const sections = [await directorSection(), await cableSection(), churnSection()];
await writeFile(join(root, 'docs/reference/benchmarks.md'), page(sections));
