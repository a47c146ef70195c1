/** The calls of the SDK, made into requests of one logical client. */
import type { Random } from '../clock.js';
import { limits } from '../limits.js';
import type { Attributes, Body, RequestName } from '../protocol/index.js';
import * as administration from './administration.js';
import { agentPage } from './agent.js';
import * as kinds from './argument-kinds.js';
import { check, checkId, checkPull, checkSubmission } from './arguments.js';
import * as bodies from './bodies.js';
import type { Caller } from './caller.js';
import { Deliveries } from './deliveries.js';
import { Detours, type Detour } from './detours.js';
import * as results from './results.js';
import { forceAgents, restore, supervise } from './supervision.js';
import type * as Sdk from './types.js';

/** What makes no request, or one of the connection. */
type Rest = 'login' | 'events' | 'addClient' | 'status' | 'close' | typeof Symbol.asyncDispose;
type State = 'clientName' | 'proxyClientId' | 'heldInteractions' | 'store';

export class ClientCalls implements Omit<Sdk.Client, Rest | State> {
  protected readonly caller: Caller;
  protected readonly deliveries = new Deliveries();
  protected readonly nextKey: () => Uint8Array;
  readonly #detours = new Detours();
  /** The results of pulls, of which it is noted what may be away from home; one for all of them. */
  readonly #taken = (answer: Attributes): Sdk.Interaction[] => {
    const interactions = results.interactionsResult(answer);
    for (const { InteractionId: id } of interactions) this.#detours.pulled(id);
    return interactions;
  };
  readonly #takenOne = (answer: Attributes): Sdk.Interaction => {
    const interaction = results.pulledResult(answer);
    this.#detours.pulled(interaction.InteractionId);
    return interaction;
  };

  /** A pull that was given up took interactions all the same: back to their queue with them. */
  readonly #giveBack = (answer: Attributes): void => {
    if (this.caller.refusal !== undefined) return;
    for (const { InteractionId, Queue } of results.interactionsResult(answer)) {
      // Without success it goes back when this client ends, as all that it owns.
      this.placeInQueue(InteractionId, Queue).catch(() => undefined);
    }
  };

  constructor(caller: Caller, random: Random) {
    this.caller = caller;
    this.nextKey = bodies.requestKeys(random);
  }

  submit(submission: Sdk.Submission, options?: Sdk.CallOptions): Promise<Sdk.SubmitResult> {
    const wrong = checkSubmission(submission, options);
    if (wrong !== undefined) return wrong;
    const { interactionId, queue } = submission;
    const body = bodies.submitBody(submission, this.nextKey(), options);
    const isById = interactionId !== undefined;
    return this.caller.call('RequestSubmit', body, {
      route: isById ? 'id' : 'queue',
      key: interactionId ?? queue,
      result: results.submitResult,
      options,
      fence: (!isById && this.#detours.concernSubmit(queue)) || options?.fence === true,
      detour: isById ? this.#detours.ofSubmit(queue) : undefined,
    });
  }

  changeProperties(
    id: string,
    changes: Sdk.DataChanges & Sdk.ChangeableProperties,
    options?: Sdk.CallOptions,
  ): Promise<void> {
    const name = 'RequestChangeProperties';
    const wrong =
      checkId(name, id, options) ?? check(name, options, changes, kinds.changes, 'changes');
    if (wrong !== undefined) return wrong;
    const detour = this.#detours.ofChange(id);
    return this.#change(name, id, bodies.changeBody(changes), detour, options);
  }

  getProperties(id: string, options?: Sdk.CallOptions): Promise<Sdk.Interaction> {
    const wrong = checkId('RequestGetInteractionProperties', id, options);
    if (wrong !== undefined) return wrong;
    return this.caller.call(
      'RequestGetInteractionProperties',
      { InteractionId: id },
      { route: 'id', key: id, result: results.interactionResult, options },
    );
  }

  placeInQueue(
    id: string,
    queue: string,
    changes: Sdk.DataChanges & Sdk.WantedHold = {},
    options?: Sdk.CallOptions,
  ): Promise<void> {
    const name = 'RequestPlaceInQueue';
    const wrong =
      checkId(name, id, options) ??
      check(name, undefined, queue, kinds.queue, 'queue') ??
      check(name, undefined, changes, kinds.placing, 'changes');
    if (wrong !== undefined) return wrong;
    const { hold: Hold, holdUntil: HoldUntil } = changes;
    const body = { Queue: queue, Hold, HoldUntil, ...bodies.changeLists(changes) };
    return this.#change(name, id, body, this.#detours.ofPlacing(id, queue), options);
  }

  hold(
    id: string,
    hold: { readonly until?: number | Date | undefined } = {},
    options?: Sdk.CallOptions,
  ): Promise<void> {
    const name = 'RequestHold';
    const wrong = checkId(name, id, options) ?? check(name, undefined, hold, kinds.hold, 'hold');
    if (wrong !== undefined) return wrong;
    const detour = this.#detours.anywhere();
    return this.#change(name, id, { HoldUntil: hold.until }, detour, options);
  }

  resume(id: string, options?: Sdk.CallOptions): Promise<void> {
    const wrong = checkId('RequestResume', id, options);
    if (wrong !== undefined) return wrong;
    return this.#change('RequestResume', id, undefined, this.#detours.anywhere(), options);
  }

  stop(id: string, options?: Sdk.CallOptions): Promise<void> {
    const wrong = checkId('RequestStopProcessing', id, options);
    if (wrong !== undefined) return wrong;
    return this.#change('RequestStopProcessing', id, undefined, this.#detours.ofEnd(id), options);
  }

  pull(pull: Sdk.PullRequest, options?: Sdk.CallOptions): Promise<Sdk.Interaction[]> {
    const wrong = checkPull(pull, options);
    if (wrong !== undefined) return wrong;
    const { queue, waitMs } = pull;
    const fence = this.#detours.concernPull(queue) || options?.fence === true;
    return this.caller.call('RequestPull', bodies.pullBody(pull, this.nextKey(), options), {
      route: 'queue',
      key: queue,
      result: this.#taken,
      options,
      waitMs,
      fence,
      late: this.#giveBack,
    });
  }

  pullById(
    id: string,
    pull: {
      readonly ignoreHold?: boolean | undefined;
      readonly waitMs?: number | undefined;
    } = {},
    options?: Sdk.CallOptions,
  ): Promise<Sdk.Interaction> {
    const wrong =
      checkId('RequestPull', id, options) ??
      check('RequestPull', undefined, pull, kinds.pullById, 'pull');
    if (wrong !== undefined) return wrong;
    const { ignoreHold, waitMs } = pull;
    const body = {
      ViewId: '_system_',
      PullParameters: { [id]: '' },
      IgnoreHold: ignoreHold,
      WaitTimeoutMs: waitMs,
      ...bodies.changeAttributes(this.nextKey(), options),
    };
    return this.caller.call('RequestPull', body, {
      route: 'id',
      key: id,
      result: this.#takenOne,
      options,
      waitMs,
      late: this.#giveBack,
    });
  }

  deliver(id: string, to: Sdk.DeliveryTarget, options?: Sdk.CallOptions): Promise<Sdk.Delivery> {
    const name = 'RequestDeliver';
    const wrong = checkId(name, id, options) ?? check(name, undefined, to, kinds.target, 'to');
    if (wrong !== undefined) return wrong;
    return this.caller.call(name, bodies.deliverBody(id, to, options), {
      route: 'agent',
      key: to.agentId ?? '',
      result: (answer) => this.deliveries.made(id, answer),
      options,
      ofLink: true,
    });
  }

  /** This client has an interaction in hand by other ways than a pull. */
  protected took(id: string): void {
    this.#detours.pulled(id);
  }

  listInteractions(list: Sdk.ListRequest, options?: Sdk.CallOptions): Promise<Sdk.InteractionPage> {
    const wrong = check('RequestListInteractions', options, list, kinds.list, 'list');
    if (wrong !== undefined) return wrong;
    const { partition, queue, after } = list;
    const plan = { route: 'none', key: '', result: results.interactionPage, options } as const;
    const body = { Partition: partition, Queue: queue, After: after };
    return this.caller.call('RequestListInteractions', body, plan);
  }

  importInteraction(
    id: string,
    packed: Uint8Array,
    options?: Sdk.CallOptions,
  ): Promise<Sdk.SubmitResult> {
    const name = 'RequestImportInteraction';
    const wrong =
      checkId(name, id, options) ?? check(name, undefined, packed, kinds.packed, 'packed');
    if (wrong !== undefined) return wrong;
    const detour = this.#detours.anywhere();
    return this.caller.call(name, packed, {
      route: 'id',
      key: id,
      result: results.submitResult,
      options,
      detour,
    });
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

  async listAgents(agentId?: string, options?: Sdk.CallOptions): Promise<Sdk.ListedAgent[]> {
    const request = 'RequestListAgents';
    const wrong = check(request, options, agentId, kinds.name, 'agentId');
    if (wrong !== undefined) return wrong;
    const agents: Sdk.ListedAgent[] = [];
    let next: string | undefined;
    do {
      const body = { AgentId: agentId, After: next };
      const page = await this.caller.call(request, body, {
        route: 'agent',
        key: '',
        result: agentPage,
        options,
      });
      agents.push(...page.agents);
      next = page.next;
    } while (next !== undefined);
    return agents;
  }

  supervise(
    supervision: Sdk.Supervision,
    options?: Sdk.CallOptions,
  ): Promise<Sdk.SupervisionResult<Sdk.SupervisedInteraction>> {
    const name = 'RequestSuperviseInteractions';
    const wrong = check(name, options, supervision, kinds.supervision, 'supervision');
    return wrong ?? supervise(this.caller, supervision, options);
  }

  restore(
    restoring: Sdk.Restoring,
    options?: Sdk.CallOptions,
  ): Promise<Sdk.SupervisionResult<Sdk.SupervisedInteraction>> {
    const name = 'RequestRestoreInteractions';
    const wrong = check(name, options, restoring, kinds.restoring, 'restoring');
    return wrong ?? restore(this.caller, restoring, options);
  }

  forceAgents(
    forcing: Sdk.AgentForcing,
    options?: Sdk.CallOptions,
  ): Promise<Sdk.SupervisionResult<Sdk.ForcedAgent>> {
    const wrong = check('RequestForceAgentStates', options, forcing, kinds.forcing, 'forcing');
    return wrong ?? forceAgents(this.caller, forcing, options);
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

  #change(
    name: RequestName,
    id: string,
    more: Body | undefined,
    detour: Detour | undefined,
    options?: Sdk.CallOptions,
  ): Promise<void> {
    const body = bodies.interactionBody(id, this.nextKey(), more, options);
    return this.caller.call(name, body, {
      route: 'id',
      key: id,
      result: results.nothing,
      options,
      fence: options?.fence === true,
      detour,
    });
  }
}
