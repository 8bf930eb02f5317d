import { referenceFiles } from '@tricade/cli';
import { expect, test } from 'vitest';

// `pnpm exec vitest run --project unit test/reference.test.ts -u` writes them again.
test('docs/reference is what the program says', async () => {
  const files = await referenceFiles();
  expect(Object.keys(files)).toEqual(['spec.schema.json', 'codes.md', 'commands.md']);
  for (const [name, text] of Object.entries(files))
    await expect(text).toMatchFileSnapshot(`../docs/reference/${name}`);
});
