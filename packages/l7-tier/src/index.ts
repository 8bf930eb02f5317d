/** Drivers of the proxies. */
export { codes } from './codes.ts';
