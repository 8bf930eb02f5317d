import { stringify } from 'yaml';

/** A JSON-safe value as YAML 1.2, for people; ends with a newline. Texts that would read as something else are quoted. */
export function yamlText(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
