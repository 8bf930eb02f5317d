import { checkCodes } from './check-codes.ts';
import type { CodeTable } from './error.ts';
import { fileCodes } from './spec/file-codes.ts';
import { templateCodes } from './template/codes.ts';
import { topologyCodes } from './topology/topology-codes.ts';

/** Codes of the cluster file (C), of topology (T), of plans, checks and templates (P). */
export const codes: CodeTable = {
  ...checkCodes,
  ...fileCodes,
  ...templateCodes,
  ...topologyCodes,
};
