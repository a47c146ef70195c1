/** A shape as people read it: TypeScript's notation, with what each field is behind it. */
import { z } from 'zod';

interface Meta {
  readonly description?: string | undefined;
  /** Instead of what the type says. */
  readonly shown?: string | undefined;
}

const metaOf = (type: z.ZodType): Meta => z.globalRegistry.get(type) ?? {};

function unwrapped(type: z.ZodType): z.ZodType {
  return type instanceof z.ZodOptional ? unwrapped(type.unwrap() as z.ZodType) : type;
}

/** On one line, if it is not an object. */
function nameOf(type: z.ZodType, indent: string): string {
  const { shown } = metaOf(type);
  if (shown !== undefined) return shown;
  if (type instanceof z.ZodObject) return objectText(type, indent);
  if (type instanceof z.ZodArray) return `[${nameOf(type.element as z.ZodType, indent)}, ...]`;
  if (type instanceof z.ZodTuple) {
    const parts = type.def.items as readonly z.ZodType[];
    return `[${parts.map((part) => nameOf(part, indent)).join(', ')}]`;
  }
  if (type instanceof z.ZodRecord) return `{name: ${nameOf(type.valueType as z.ZodType, indent)}}`;
  if (type instanceof z.ZodUnion) {
    return type.options.map((one) => nameOf(one as z.ZodType, indent)).join(' | ');
  }
  if (type instanceof z.ZodEnum || type instanceof z.ZodLiteral) return choiceText(type);
  if (type instanceof z.ZodString) return 'text';
  if (type instanceof z.ZodBoolean) return 'true or false';
  if (type instanceof z.ZodNumber) return 'number';
  return 'any';
}

function choiceText(type: z.ZodEnum | z.ZodLiteral): string {
  const values = type instanceof z.ZodEnum ? type.options : [...type.values];
  return values.map((value) => JSON.stringify(value)).join(' | ');
}

function objectText(type: z.ZodObject, indent: string): string {
  const inner = `${indent}  `;
  const fields = Object.entries(type.shape as Record<string, z.ZodType>);
  if (fields.length === 0) return '{...}';
  const lines = fields.map(([name, field]) => {
    const bare = unwrapped(field);
    const mark = field instanceof z.ZodOptional ? '?' : '';
    const { description } = { ...metaOf(bare), ...metaOf(field) };
    const about = description === undefined ? '' : `  // ${description}`;
    const value = nameOf(bare, inner);
    const [first = '', ...more] = value.split('\n');
    return [`${inner}${name}${mark}: ${first}${about}`, ...more].join('\n');
  });
  return `{\n${lines.join('\n')}\n${indent}}`;
}

/** The whole shape. */
export const describeShape = (type: z.ZodType): string => nameOf(type, '');
