import { userInfo } from 'node:os';

/** Who gives the order: the login name, as latches, journals and events show it. */
export function operator(): string {
  return process.env['SUDO_USER'] ?? userInfo().username;
}
