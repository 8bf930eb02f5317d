/** Codes of templates, joined into the table of the package. */
import type { CodeTable } from '../error.ts';

export const templateCodes: CodeTable = {
  'TRI-P901': {
    title: 'A value cannot be written in a configuration',
    effect: 'The configuration is not rendered; what is installed stays as it is.',
    fix: 'Change the value in the cluster file: the message names the place and the value.',
  },
  'TRI-P902': {
    title: 'A template names a value that is not there',
    effect: 'The configuration is not rendered; what is installed stays as it is.',
    fix: 'This is a fault of a driver, not of the cluster file: report it with the message.',
  },
  'TRI-P903': {
    title: 'A template is not well formed',
    effect: 'The driver that owns it does not load.',
    fix: 'Templates know names, {{#each}} and {{#if}} with {{else}}, and comments; nothing else.',
  },
};
