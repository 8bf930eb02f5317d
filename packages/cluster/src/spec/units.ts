/** Durations, shares, ports and endpoints as the cluster file writes them. */
import { canonicalAddress } from '../ip.ts';
import type { Bfd, ServicePort } from '../model/intent.ts';

const msPerUnit: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** As JSON Schema patterns; `units.test.ts` holds them against the functions below. */
export const patterns = {
  name: '^[a-z][a-z0-9-]{0,31}$',
  duration: '^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$',
  percent: '^(100|[0-9]{1,2})(\\.[0-9]{1,3})?%$',
  bfd: '^(off|[1-9][0-9]{0,4}ms x [1-9][0-9]{0,2})$',
  rate: '^[1-9][0-9]{0,5}/(s|m)$',
  port: '^(all|all/(tcp|udp)|[1-9][0-9]{0,4}(/(tcp|udp))?)$',
  status: '^[1-5][0-9]{2}(-[1-5][0-9]{2})?$',
} as const;

/** `50ms`, `1s`, `1.5m`, `3h` in milliseconds; undefined where it is none, or no whole number of milliseconds. */
export function parseDuration(text: string): number | undefined {
  const [, whole, part = '', unit = ''] =
    /^(0|[1-9]\d{0,8})(\.\d{1,3})?(ms|s|m|h)$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const ms = Math.round(Number(whole + part) * (msPerUnit[unit] ?? 0) * 1000) / 1000;
  return Number.isInteger(ms) ? ms : undefined;
}

/** Milliseconds in the largest unit that keeps them whole: 1500 → `1500ms`, 2000 → `2s`. */
export function durationText(ms: number): string {
  for (const unit of ['h', 'm', 's']) {
    const size = msPerUnit[unit] ?? 1;
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}

/** `50%` → 0.5; undefined where it is none or beyond 100 %. */
export function parsePercent(text: string): number | undefined {
  const [, number] = /^((?:100|\d{1,2})(?:\.\d{1,3})?)%$/.exec(text) ?? [];
  return number === undefined || Number(number) > 100 ? undefined : Number(number) / 100;
}

/** `50ms x 3`; undefined for `off`. */
export function parseBfd(text: string): Bfd | undefined {
  const [, interval, multiplier] = /^(\d+)ms x (\d+)$/.exec(text) ?? [];
  if (interval === undefined || multiplier === undefined) return undefined;
  return { intervalMs: Number(interval), multiplier: Number(multiplier) };
}

/** `100/s`, `30/m`; undefined where it is none. */
export function parseRate(text: string): { count: number; perMs: number } | undefined {
  const [, count, unit = ''] = /^([1-9]\d{0,5})\/(s|m)$/.exec(text) ?? [];
  return count === undefined ? undefined : { count: Number(count), perMs: msPerUnit[unit] ?? 0 };
}

/** 80, `80/tcp`, `53/udp`, `all/udp` (every port of a protocol) or `all` (every packet: layer 3). */
export function parsePort(given: string | number): ServicePort | undefined {
  const [, word, protocol = 'tcp'] =
    /^(all|[1-9]\d{0,4})(?:\/(tcp|udp))?$/.exec(String(given)) ?? [];
  if (word === undefined) return undefined;
  if (given === 'all') return { protocol: 'any', port: 0 };
  const port = word === 'all' ? 0 : Number(word);
  return port > 65_535 ? undefined : { protocol: protocol as 'tcp' | 'udp', port };
}

/** `200` or `200-399` as an inclusive range. */
export function parseStatus(given: string | number): readonly [number, number] | undefined {
  const [, from, to = from] = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(String(given)) ?? [];
  return from === undefined || Number(to) < Number(from) ? undefined : [Number(from), Number(to)];
}

/** `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1` or `[2001:db8::1]:80`; undefined where it is no endpoint. */
export function parseEndpoint(text: string): { address: string; port?: number } | undefined {
  const [, bracketed, plain, digits] =
    /^(?:\[([^\]]*)\]|([^:[\]]*))(?::([1-9]\d{0,4}))?$/.exec(text) ?? [];
  const address = canonicalAddress(bracketed ?? plain ?? text);
  if (address === undefined || (digits !== undefined && Number(digits) > 65_535)) return undefined;
  if (bracketed !== undefined && !address.includes(':')) return undefined;
  return digits === undefined ? { address } : { address, port: Number(digits) };
}
