const number = /^[-+]?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/;
const maybeNumber = /^[-+]?[.\d]/;
const word = /^(?:null|Null|NULL|~|true|True|TRUE|false|False|FALSE)$/;

/** Value of a plain scalar by the core schema (YAML 1.2.2, section 10.3); undefined for numbers of rare shapes, which the library reads. */
export function plainScalar(text: string): string | number | boolean | null | undefined {
  if (number.test(text)) return Number(text);
  if (maybeNumber.test(text) && !Number.isNaN(Number(text.replace(/^[-+]?0o/, ''))))
    return undefined;
  if (/^[-+]?\.(?:inf|nan)$/i.test(text)) return undefined;
  if (!word.test(text)) return text;
  return text === '~' || text.toLowerCase() === 'null' ? null : text.toLowerCase() === 'true';
}
