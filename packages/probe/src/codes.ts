import type { CodeTable } from '@tricade/cluster';

/** Probes never fail with an error: what they find is a value. */
export const codes: CodeTable = {};
