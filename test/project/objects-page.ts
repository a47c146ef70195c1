/** `docs/reference/objects.md`, made from the tables of kinds and options. */
import { kindNames, type Field } from '../../lib/objects/field.js';
import { kinds } from '../../lib/objects/kinds.js';
import { optionExpectation, serverOptions } from '../../lib/objects/server-options.js';
import { textExpectation } from '../../lib/objects/read-object.js';
import { table } from '../../lib/protocol/documentation-table.js';

const introduction = `# Configuration objects

What \`ixion config export\` writes and \`ixion config apply\` reads: one YAML file with a section for
each kind. How to use it is told in [configuration objects](../operating/configuration-objects.md). This
page is made from the tables in \`lib/objects\`.

Every object but an option has a \`name\`: 1 to 255 bytes without control characters, unique in its
kind over all tenants. Fields that are not required may be left out. Lists are sets; their order does
not matter. Anchors and aliases are refused.`;

const number = new Intl.NumberFormat('en-US');

export function objectsPage(): string {
  const sections = kindNames.filter((kind) => kind !== 'option').map(kindSection);
  return [introduction, overview(), ...sections, optionsSection()].join('\n\n');
}

function overview(): string {
  const rows = kindNames.map((kind) => {
    const { plural, about, effect, max } = kinds[kind];
    return [`\`${plural}\``, about, effect === 'now' ? 'now' : 'kept', number.format(max)];
  });
  const legend =
    'Effect `now`: the running server works by it, from the moment of the change. `kept`: checked, ' +
    'versioned and given back; the behaviour is to come.';
  return `${table(['section', 'what it is', 'effect', 'at most'], rows)}\n\n${legend}`;
}

function kindSection(kind: (typeof kindNames)[number]): string {
  const { plural, fields } = kinds[kind];
  const rows = Object.entries(fields).map(([name, field]) => [
    `\`${name}\``,
    typeOf(field),
    field.required === true ? 'yes' : '',
    field.about,
  ]);
  return `## ${plural}\n\n${table(['field', 'type', 'required', 'meaning'], rows)}`;
}

function typeOf(field: Field): string {
  switch (field.type) {
    case 'text':
      return textExpectation(field);
    case 'integer':
      return `${field.min} to ${number.format(field.max)}`;
    case 'boolean':
      return `true or false, default ${field.default}`;
    case 'choice':
      return field.choices.map((choice) => `\`${choice}\``).join(', ');
    case 'reference':
      return `one of ${kinds[field.to].plural}`;
    case 'references':
      return `list of ${kinds[field.to].plural}`;
    case 'texts':
      return `list, each ${textExpectation(field)}`;
    case 'levels': {
      const keys = field.to === undefined ? 'names' : kinds[field.to].plural;
      return `map of ${keys} to ${field.min} to ${number.format(field.max)}`;
    }
    case 'referenceMap':
      return `map of names to ${kinds[field.to].plural}`;
    case 'sections':
      return 'map of sections, each a map of options';
    case 'scalar':
      return 'text, whole number, true or false';
  }
}

function optionsSection(): string {
  const rows = serverOptions.map((option) => [
    `\`${option.section}\``,
    `\`${option.name}\``,
    optionExpectation(option),
    option.default === undefined ? '' : `\`${option.default}\``,
    option.takes,
    option.used === true ? 'yes' : '',
    option.about,
  ]);
  return [
    '## options',
    'A map of sections, each a map of options. They are those of the original, and ours in the section ' +
      '`ixion`. *Takes* is when a change takes effect in the original, and here where *used* says that ' +
      'the server works by it; other options are kept. What the daemon needs before it has a store ' +
      'is in its configuration file, see [options](options.md).',
    '```yaml\noptions:\n  settings:\n    collect-request-counters: true\n```',
    table(['section', 'option', 'value', 'default', 'takes', 'used', 'meaning'], rows),
  ].join('\n\n');
}
