import { checkCodes } from './check-codes.ts';
import type { Finding } from './model/plan.ts';

/** A finding of an invariant: effect and fix are those of its code. */
export function finding(
  code: keyof typeof checkCodes & string,
  severity: Finding['severity'],
  message: string,
): Finding {
  const { effect = '', fix = '' } = checkCodes[code as keyof typeof checkCodes] ?? {};
  return { code, severity, message, effect, fix };
}
