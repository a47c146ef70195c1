/** The calls of the SDK that are about the server: lists, totals, clients, options. */
import { limits } from '../limits.js';
import * as administration from './administration.js';
import * as kinds from './argument-kinds.js';
import { check } from './arguments.js';
import * as bodies from './bodies.js';
import type { Caller } from './caller.js';
import * as results from './results.js';
import type * as Sdk from './types.js';

export class ServerCalls {
  protected readonly caller: Caller;

  constructor(caller: Caller) {
    this.caller = caller;
  }

  listInteractions(list: Sdk.ListRequest, options?: Sdk.CallOptions): Promise<Sdk.InteractionPage> {
    const wrong = check('RequestListInteractions', options, list, kinds.list, 'list');
    if (wrong !== undefined) return wrong;
    const { partition, queue, after } = list;
    const plan = { route: 'none', key: '', result: results.interactionPage, options } as const;
    const body = { Partition: partition, Queue: queue, After: after };
    return this.caller.call('RequestListInteractions', body, plan);
  }

  findInteractions(
    search: Sdk.SearchRequest = {},
    options?: Sdk.CallOptions,
  ): Promise<Sdk.SearchPart> {
    const wrong = check('RequestFindInteractions', options, search, kinds.search, 'search');
    if (wrong !== undefined) return wrong;
    const plan = { route: 'none', key: '', result: administration.searchPart, options } as const;
    return this.caller.call('RequestFindInteractions', administration.searchBody(search), plan);
  }

  async listClients(name?: string, options?: Sdk.CallOptions): Promise<Sdk.ConnectedClient[]> {
    const wrong = check('RequestListClients', options, name, kinds.name, 'name');
    if (wrong !== undefined) return wrong;
    const plan = { route: 'none', key: '', result: administration.clientPage, options } as const;
    const all: Sdk.ConnectedClient[] = [];
    let after: number | undefined;
    do {
      const body = { ClientName: name, After: after };
      const page = await this.caller.call('RequestListClients', body, plan);
      all.push(...page.clients);
      after = page.next;
    } while (after !== undefined);
    return all;
  }

  disconnectClient(
    client: Pick<Sdk.ConnectedClient, 'name' | 'number'>,
    options?: Sdk.CallOptions,
  ): Promise<void> {
    // A row of `listClients` may be given as it is.
    const named = client && { name: client.name, number: client.number };
    const wrong = check('RequestDisconnectClient', options, named, kinds.client, 'client');
    if (wrong !== undefined) return wrong;
    const plan = { route: 'none', key: '', result: results.nothing, options } as const;
    const body = { ClientName: client.name, ClientNumber: client.number };
    return this.caller.call('RequestDisconnectClient', body, plan);
  }

  async queueStatistics(
    queues?: readonly string[],
    options?: Sdk.CallOptions,
  ): Promise<Sdk.QueueTotals[]> {
    const wrong = check('RequestQueueStatistics', options, queues, kinds.queues, 'queues');
    if (wrong !== undefined) return wrong;
    const plan = { route: 'none', key: '', result: results.queueTotalsPage, options } as const;
    const all: Sdk.QueueTotals[] = [];
    for (const names of bodies.partsOf(queues, limits.queuesPerStatistics)) {
      let after: string | undefined;
      do {
        const body = { Queues: names, After: after };
        const page = await this.caller.call('RequestQueueStatistics', body, plan);
        all.push(...page.totals);
        after = page.next;
      } while (after !== undefined);
    }
    return all;
  }

  resetStopReasons(queue: string, options?: Sdk.CallOptions): Promise<void> {
    const wrong = check('RequestResetStopReasons', options, queue, kinds.queue, 'queue');
    if (wrong !== undefined) return wrong;
    const plan = { route: 'none', key: '', result: results.nothing, options } as const;
    return this.caller.call('RequestResetStopReasons', { Queue: queue }, plan);
  }

  ping(options?: Sdk.CallOptions): Promise<Sdk.Pong> {
    const wrong = check('RequestPing', options);
    if (wrong !== undefined) return wrong;
    const plan = { route: 'none', key: '', result: results.pong, options } as const;
    return this.caller.call('RequestPing', {}, plan);
  }

  changeOptions(
    settings: Readonly<Record<string, string>>,
    options?: Sdk.CallOptions,
  ): Promise<void> {
    const wrong = check('RequestChangeOptions', options, settings, kinds.settings, 'settings');
    if (wrong !== undefined) return wrong;
    const plan = { route: 'none', key: '', result: results.nothing, options } as const;
    return this.caller.call('RequestChangeOptions', { Options: settings }, plan);
  }
}
