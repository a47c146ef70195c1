/** All roles; the order is that of the documentation. What each may do: `permissions.ts`. */
export const roles = [
  'admin',
  'operator',
  'supervisor',
  'agent',
  'media',
  'router',
  'reporting',
  'telephony',
] as const;
export type Role = (typeof roles)[number];
