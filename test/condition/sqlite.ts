/** SQLite in memory, as WebAssembly: another judge of conditions. */
import { createRequire } from 'node:module';
import { columnOf, sqlValue, usedProperties } from './generate.js';
import type { TestRecord } from './records.js';

/** So much of the package `node-sqlite3-wasm` is used. */
interface Database {
  exec(sql: string): void;
  all(sql: string, values?: undefined, options?: { expand: boolean }): Record<string, unknown>[];
  close(): void;
}

const { Database } = createRequire(import.meta.url)('node-sqlite3-wasm') as {
  readonly Database: new () => Database;
};

const columnTypes = { number: 'REAL', time: 'REAL', text: 'TEXT', boolean: 'INTEGER' } as const;

/** A table of records; close it. */
export class SqliteJudge {
  readonly #database = new Database();

  constructor(records: readonly TestRecord[]) {
    const columns = usedProperties.map(
      ({ name, type }) => `${columnOf(name)} ${columnTypes[type]}`,
    );
    this.#database.exec('PRAGMA case_sensitive_like = ON');
    this.#database.exec(`CREATE TABLE rows (number INTEGER PRIMARY KEY, ${columns.join(', ')})`);
    for (const [number, record] of records.entries()) {
      const values = usedProperties.map(({ name }) => sqlValue(record[name]));
      this.#database.exec(`INSERT INTO rows VALUES (${[number, ...values].join(', ')})`);
    }
  }

  /** What a condition is for each record, in their order. */
  judge(condition: string): (boolean | undefined)[] {
    const rows = this.#database.all(`SELECT (${condition}) AS result FROM rows ORDER BY number`);
    return rows.map(({ result }) => (result === null ? undefined : result !== 0));
  }

  /** The numbers of the records in an order; equal ones in theirs. */
  order(terms: string): number[] {
    const rows = this.#database.all(`SELECT number FROM rows ORDER BY ${terms}, number`);
    return rows.map(({ number }) => number as number);
  }

  close(): void {
    this.#database.close();
  }
}
