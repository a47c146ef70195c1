/** Agents of a bench as configuration objects, applied to a running server as operators do. */

/** The medium of the records. */
export const medium = 'email';

export const agentName = (at: number): string => `agent-${at}`;

/** YAML of so many agents, each at a place of its own, and of the medium. */
export function agentObjects(count: number): string {
  const names = Array.from({ length: count }, (_, at) => agentName(at));
  const lines = [
    'media:',
    `  - {name: ${medium}}`,
    'places:',
    ...names.map((name) => `  - {name: ${name}}`),
    'agents:',
    ...names.map((name) => `  - {name: ${name}, place: ${name}}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Applies them to a daemon. */
export async function applyAgents(admin: string, count: number): Promise<void> {
  const answer = await fetch(`http://${admin}/config/apply?merge=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/yaml' },
    body: agentObjects(count),
  });
  const text = await answer.text();
  if (!text.includes('"isApplied":true')) throw new Error(text);
}
