/**
 * Media types of requests (RFC 9110, 8.3): letters count whatever their case, parameters follow a
 * semicolon, and many programs send `charset=utf-8` with JSON.
 */

/** What is sent as JSON. */
export const jsonType = 'application/json';
/** What files of configuration objects are sent and answered as. */
export const yamlType = 'application/yaml';

/** Names that YAML had before it was registered. None can be sent by a page of another origin. */
const types: Readonly<Record<string, string>> = {
  [jsonType]: jsonType,
  [yamlType]: yamlType,
  'application/x-yaml': yamlType,
  'text/yaml': yamlType,
  'text/x-yaml': yamlType,
};
/** Bodies are UTF-8; ASCII is a part of it. */
const charsets: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);

/** The value of a parameter, without its quotes. */
const unquoted = (text: string): string => text.trim().replace(/^"(.*)"$/, '$1');

/**
 * The type of a body that is taken, under the one name that routes know.
 * @param header `content-type` as it came
 * @returns undefined when the type, or its charset, is not taken
 */
export function takenType(header: string | undefined): string | undefined {
  const [essence = '', ...parameters] = (header ?? '').split(';');
  const type = essence.trim().toLowerCase();
  if (!Object.hasOwn(types, type)) return undefined;
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=', 2);
    if (name.trim().toLowerCase() !== 'charset') continue;
    if (!charsets.has(unquoted(value).toLowerCase())) return undefined;
  }
  return types[type];
}
