/** What a field of a configuration object may hold. The types of `kinds.ts` are made from these. */

interface Common {
  readonly about: string;
  /** The field must be there. */
  readonly required?: boolean;
}

/** Text of 1 to `maxBytes` bytes (UTF-8). `lines`: may hold line feeds and tabs. */
export interface TextField extends Common {
  readonly type: 'text';
  readonly maxBytes: number;
  readonly lines?: boolean;
  readonly pattern?: RegExp;
  /** What the pattern wants, for the message; and for the reference. */
  readonly expects?: string;
}

export interface IntegerField extends Common {
  readonly type: 'integer';
  readonly min: number;
  readonly max: number;
}

/** Left out when it has its default. */
export interface BooleanField extends Common {
  readonly type: 'boolean';
  readonly default: boolean;
}

export interface ChoiceField extends Common {
  readonly type: 'choice';
  readonly choices: readonly string[];
}

/** The name of an object of a kind. */
export interface ReferenceField extends Common {
  readonly type: 'reference';
  readonly to: KindName;
}

/** A set of names of objects. `nests`: objects of the same kind, which must not form a circle. */
export interface ReferencesField extends Common {
  readonly type: 'references';
  readonly to: KindName;
  readonly nests?: boolean;
}

/** A set of texts. */
export interface TextsField extends Common {
  readonly type: 'texts';
  readonly maxBytes: number;
  readonly pattern?: RegExp;
  readonly expects?: string;
}

/** Names with a number each; with `to` they are names of objects. */
export interface LevelsField extends Common {
  readonly type: 'levels';
  readonly min: number;
  readonly max: number;
  readonly to?: KindName;
}

/** Names with the name of an object each. */
export interface ReferenceMapField extends Common {
  readonly type: 'referenceMap';
  readonly to: KindName;
}

/** Sections of options (the original's annex): section, option, value. */
export interface SectionsField extends Common {
  readonly type: 'sections';
}

/** The value of an option: text, a whole number, or true or false. */
export interface ScalarField extends Common {
  readonly type: 'scalar';
}

export type Field =
  | TextField
  | IntegerField
  | BooleanField
  | ChoiceField
  | ReferenceField
  | ReferencesField
  | TextsField
  | LevelsField
  | ReferenceMapField
  | SectionsField
  | ScalarField;

/** Kinds of configuration objects, in the order of files and of checks. */
export const kindNames = [
  'tenant',
  'application',
  'user',
  'capacityRule',
  'agent',
  'agentGroup',
  'place',
  'placeGroup',
  'medium',
  'notReadyReason',
  'dispositionCode',
  'customProperty',
  'calendar',
  'businessProcess',
  'queue',
  'view',
  'strategy',
  'submitter',
  'workbinType',
  'option',
] as const;
export type KindName = (typeof kindNames)[number];

export type Scalar = string | number | boolean;
/** Maps have no prototype, so that any key is just a key. */
export type Sections = Readonly<Record<string, Readonly<Record<string, Scalar>>>>;
export type Value = Scalar | readonly string[] | Readonly<Record<string, Scalar>> | Sections;
/**
 * The fields of an object without its name, in canonical form: in the order of the kind, sets
 * sorted, maps by key, defaults left out. Two objects are equal if their JSON is.
 */
export type Fields = Readonly<Record<string, Value>>;
