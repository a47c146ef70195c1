/** The tables of roles for the documentation. */
import { table } from '../protocol/documentation-table.js';
import { messageByName, type RequestName } from '../protocol/registry.js';
import { clientTypesOfRole, permissions, roleMeanings } from './permissions.js';
import { roles } from './roles.js';

/** Roles and what they are for, then every request with the roles that may send it. */
export function rolesSection(): string {
  const meanings = roles.map((role) => [
    role,
    roleMeanings[role],
    clientTypesOfRole[role].join(', '),
  ]);
  const rows = Object.entries(permissions).map(([name, allowed]) => [
    String(messageByName(name as RequestName).number),
    name,
    ...roles.map((role) => (allowed.includes(role) ? 'yes' : '')),
  ]);
  return [
    table(['role', 'is for', 'registers as'], meanings),
    table(['number', 'request', ...roles], rows),
  ].join('\n\n');
}
