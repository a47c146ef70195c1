/**
 * The services of a server, in the order of their start. What is optional is one entry here: the
 * list is all that the server knows of it.
 */
import type { AdminPort } from '../admin/listener.js';
import { ViewConsumers } from '../control/view-consumers.js';
import type { ConfigClient } from '../control/config-client.js';
import type { StoreAdmin } from '../data/admin.js';
import { AgentsService } from '../agents/service.js';
import type { Service } from '../service/contract.js';
import { AdminSide } from './admin-side.js';
import type { ServerParts } from './parts.js';

/** What services are made of: all that a start hands over, and what the server offers. */
export interface Composition extends ServerParts {
  readonly store: StoreAdmin;
  readonly objects: ConfigClient;
  /** What the HTTP side of the admin listener asks and tells the server. */
  adminPort(): AdminPort;
}

/** Makes them; none has begun. They stop in reverse, and each by the stage that it names. */
export function servicesOf(server: Composition): Service[] {
  return [
    // It can be asked about all others, until the data directory is free for the next server.
    ...adminListenerOf(server),
    // What happens in the start is noted before its turn comes: it is there before all of them.
    auditOf(server),
    clockWatchOf(server),
    server.feed,
    server.store,
    server.objects,
    new ViewConsumers(server),
    new AgentsService(server),
  ];
}

function adminListenerOf({ reserved, clock, late, running, adminPort }: Composition): Service[] {
  if (reserved === undefined) return [];
  const side = new AdminSide({ reserved, clock, late, port: adminPort });
  running.onTls = (tls) => side.setTls(tls);
  return [side];
}

function auditOf({ audit, access, exposed, version }: Composition): Service {
  return {
    name: 'audit',
    lasts: 'directory',
    start() {
      const { pid } = process;
      audit.note({ event: 'server started', who: 'the server', version, pid, insecure: exposed });
    },
    async stop() {
      access.end();
      await audit.close();
    },
    status: () => audit.status,
  };
}

function clockWatchOf({ clockWatch, partitions }: Composition): Service {
  return {
    name: 'clock-watch',
    lasts: 'directory',
    start: () => clockWatch.begin(partitions),
    stop: () => clockWatch.end(),
    status: () => undefined,
  };
}
