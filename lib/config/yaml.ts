/**
 * YAML of a file that somebody wrote, by mistake or on purpose, to be larger than it looks: aliases
 * that multiply, levels without end, and files without end are faults like any other.
 */
import { type Document, Lexer, type LineCounter, parseDocument } from 'yaml';
import { ConfigurationError } from './configuration.js';

/** Bytes of a configuration file. */
const configurationBytesMax = 67_108_864;
/** Levels; the schema needs five. */
const levelsMax = 64;
/** Spaces before a line, which bound its levels too. */
const indentationMax = 256;
/** Things that aliases may stand for, all together. */
const aliasesMax = 100;

function fault(file: string, what: string, remedy: string): ConfigurationError {
  return new ConfigurationError(file, [{ path: '', what, remedy }]);
}

/**
 * Refuses what is nested so deep that the parser, which is recursive, would end the process.
 * Brackets nest until they are closed, outside of them `-`, `?` and `:` on one line
 * nest until its end, and lines by
 * their indentation.
 */
function checkDepth(text: string, file: string): void {
  let brackets = 0;
  let indicators = 0;
  let isLineStart = true;
  for (const token of new Lexer().lex(text)) {
    const first = token[0];
    if (token === '[' || token === '{') brackets += 1;
    else if (token === ']' || token === '}') brackets -= 1;
    else if (brackets === 0 && /^[-?:]$/.test(token)) indicators += 1;
    else if (first === '\n' || first === '\r') indicators = 0;
    const indentation = isLineStart && first === ' ' ? token.length : 0;
    isLineStart = first === '\n' || first === '\r';
    if (brackets + indicators > levelsMax || indentation > indentationMax) {
      throw fault(file, `is nested deeper than ${levelsMax} levels`, 'flatten it');
    }
  }
}

/**
 * One document and its content; an empty one is an empty map.
 * @throws {ConfigurationError} also for what would take memory or stack without end
 */
export function readYaml(
  text: string,
  file: string,
  lines: LineCounter,
): { readonly document: Document; readonly content: unknown } {
  if (text.length > configurationBytesMax) {
    throw fault(file, `is longer than ${configurationBytesMax} bytes`, 'give a smaller file');
  }
  checkDepth(text, file);
  let document: Document;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  } catch (error) {
    throw fault(file, describe(error), 'correct the YAML');
  }
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) {
    const faults = problems.map(({ message, pos }) => {
      const { line, col } = lines.linePos(pos[0]);
      return { path: '', line, column: col, what: message, remedy: 'correct the YAML' };
    });
    throw new ConfigurationError(file, faults);
  }
  try {
    return { document, content: document.toJS({ maxAliasCount: aliasesMax }) ?? {} };
  } catch (error) {
    throw fault(file, describe(error), 'write out what the aliases stand for');
  }
}

const describe = (error: unknown): string =>
  error instanceof RangeError ? 'is nested too deep' : (error as Error).message;
