import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { expect, test } from 'vitest';
import { specSchema } from './schema.ts';

const head = `// @ts-nocheck
/** What ajv makes of schema.ts, so that no command compiles it. Written by schema-validator.test.ts. */
import type { ValidateFunction } from 'ajv';
`;

// `pnpm exec vitest run --project unit packages/cluster/src/spec/schema-validator.test.ts -u` writes it again.
test('the validator of cluster files is what ajv makes of the schema', async () => {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    strictRequired: false,
    // Lengths are of UTF-16 units: only whether a text is empty is asked.
    unicode: false,
    code: { source: true, esm: true, lines: true },
  });
  ajv.addVocabulary(['expects']);
  const code = standalone
    .default(ajv, ajv.compile(specSchema))
    .replace('"use strict";', head)
    .replace(/^export default .*\n/m, '')
    .replace('export const validate =', 'export const validate: ValidateFunction =');
  expect(code).not.toContain('require(');
  await expect(code).toMatchFileSnapshot('generated/schema-validator.ts');
});
