import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { replay } from './session.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

/** What differs from run to run: times, digests and sizes of the program, the folder. */
function cleaned(text: string): string {
  return text
    .replaceAll(/\(\d+ ms\)/g, '(N ms)')
    .replaceAll(/blob [0-9a-f]{64}, \d+ bytes/g, 'blob DIGEST, N bytes')
    .replaceAll(/Plan [0-9a-f]{8}/g, 'Plan ID')
    .replaceAll(/node \d+\.\d+\.\d+, \S+\)/g, 'node VERSION, PLATFORM)')
    .replaceAll(/"[0-9a-f]{64}"/g, '"DIGEST"');
}

// `pnpm exec vitest run --project unit test/scenarios -u` writes transcripts again; read the difference before keeping it.
test.for(readdirSync(here).filter((name) => name.endsWith('.session')))(
  '%s',
  {
    timeout: 180_000,
  },
  async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'tricade-session-'));
    try {
      const transcript = replay(readFileSync(join(here, name), 'utf8'), folder, cleaned);
      await expect(transcript).toMatchFileSnapshot(name);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
