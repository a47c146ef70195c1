/** The calls of the SDK about interactions, made into requests of one logical client. */
import type { Random } from '../clock.js';
import type { Attributes, Body, RequestName } from '../protocol/index.js';
import * as kinds from './argument-kinds.js';
import { check, checkId, checkPull, checkSubmission } from './arguments.js';
import * as bodies from './bodies.js';
import type { Caller } from './caller.js';
import { DeskCalls } from './desk-calls.js';
import { backWord, type Detour } from './detours.js';
import * as results from './results.js';
import { takeSnapshot } from './snapshots.js';
import { TopicCalls } from './topics.js';
import { WorkbinCalls } from './workbins.js';
import type * as Sdk from './types.js';

/** What makes no request, or one of the connection. */
type Rest =
  | 'login'
  | 'events'
  | 'stopped'
  | 'addClient'
  | 'status'
  | 'close'
  | typeof Symbol.asyncDispose;
type State = 'clientName' | 'proxyClientId' | 'heldInteractions' | 'store';

export class ClientCalls extends DeskCalls implements Omit<Sdk.Client, Rest | State> {
  readonly workbins: WorkbinCalls;
  readonly topics: TopicCalls;
  protected readonly nextKey: () => Uint8Array;
  /** The results of pulls, of which it is noted what may be away from home; one for all of them. */
  readonly #taken = (answer: Attributes): Sdk.Interaction[] => {
    const interactions = results.interactionsResult(answer);
    for (const { InteractionId: id } of interactions) this.detours.pulled(id);
    return interactions;
  };
  readonly #takenOne = (answer: Attributes): Sdk.Interaction => {
    const interaction = results.pulledResult(answer);
    this.detours.pulled(interaction.InteractionId);
    return interaction;
  };

  /** A pull that was given up took interactions all the same: back to their queue with them. */
  readonly #giveBack = (answer: Attributes): void => {
    if (this.caller.refusal !== undefined) return;
    for (const { InteractionId } of results.interactionsResult(answer)) {
      // Without success it goes back when this client ends, as all that it owns.
      this.placeInQueue(InteractionId, backWord).catch(() => undefined);
    }
  };

  constructor(caller: Caller, random: Random) {
    super(caller);
    this.nextKey = bodies.requestKeys(random);
    this.workbins = new WorkbinCalls(caller);
    this.topics = new TopicCalls(caller);
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
      fence: (!isById && this.detours.concernSubmit(queue)) || options?.fence === true,
      detour: isById ? this.detours.ofSubmit(queue) : undefined,
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
    const detour = this.detours.ofChange(id);
    return this.#change(name, id, bodies.changeBody(changes), detour, options);
  }

  customerLeft(id: string, options?: Sdk.CallOptions): Promise<void> {
    return this.changeProperties(id, { isOnline: false }, options);
  }

  getProperties(id: string, options?: Sdk.CallOptions): Promise<Sdk.Interaction> {
    const wrong = checkId('RequestGetInteractionProperties', id, options);
    if (wrong !== undefined) return wrong;
    return this.caller.call(
      'RequestGetInteractionProperties',
      { InteractionId: id },
      {
        route: 'id',
        key: id,
        result: results.interactionResult,
        options,
        fence: this.detours.concernChange(id) || options?.fence === true,
      },
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
    return this.#change(name, id, body, this.detours.ofPlacing(id, queue), options);
  }

  placeInWorkbin(
    id: string,
    workbin: Sdk.WorkbinName,
    changes: Sdk.DataChanges & Sdk.WantedHold = {},
    options?: Sdk.CallOptions,
  ): Promise<void> {
    const name = 'RequestPlaceInWorkbin';
    const wrong =
      checkId(name, id, options) ??
      check(name, undefined, workbin, kinds.workbin, 'workbin') ??
      check(name, undefined, changes, kinds.placing, 'changes');
    if (wrong !== undefined) return wrong;
    const { hold: Hold, holdUntil: HoldUntil } = changes;
    const body = {
      ...bodies.workbinBody(workbin),
      Hold,
      HoldUntil,
      ...bodies.changeLists(changes),
    };
    return this.#change(name, id, body, this.detours.anywhere(), options);
  }

  hold(
    id: string,
    hold: { readonly until?: number | Date | undefined } = {},
    options?: Sdk.CallOptions,
  ): Promise<void> {
    const name = 'RequestHold';
    const wrong = checkId(name, id, options) ?? check(name, undefined, hold, kinds.hold, 'hold');
    if (wrong !== undefined) return wrong;
    const detour = this.detours.anywhere();
    return this.#change(name, id, { HoldUntil: hold.until }, detour, options);
  }

  resume(id: string, options?: Sdk.CallOptions): Promise<void> {
    const wrong = checkId('RequestResume', id, options);
    if (wrong !== undefined) return wrong;
    return this.#change('RequestResume', id, undefined, this.detours.anywhere(), options);
  }

  report(id: string, report: Sdk.CustomReport, options?: Sdk.CallOptions): Promise<void> {
    const name = 'RequestCustomReporting';
    const kind = kinds.report;
    const wrong = checkId(name, id, options) ?? check(name, undefined, report, kind, 'report');
    if (wrong !== undefined) return wrong;
    const { eventId, content, agentId, placeId, medium } = report;
    const about = { AgentId: agentId, PlaceId: placeId, MediaTypeName: medium };
    const body = { EventId: eventId, EventContent: content, ...about };
    return this.#change(name, id, body, this.detours.anywhere(), options);
  }

  stop(id: string, options?: Sdk.CallOptions): Promise<void> {
    const wrong = checkId('RequestStopProcessing', id, options);
    if (wrong !== undefined) return wrong;
    return this.#change('RequestStopProcessing', id, undefined, this.detours.ofEnd(id), options);
  }

  pull(pull: Sdk.PullRequest, options?: Sdk.CallOptions): Promise<Sdk.Interaction[]> {
    const wrong = checkPull(pull, options);
    if (wrong !== undefined) return wrong;
    const { queue, waitMs } = pull;
    const fence = this.detours.concernPull(queue) || options?.fence === true;
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
      fence: this.detours.concernChange(id) || options?.fence === true,
      late: this.#giveBack,
    });
  }

  /** This client has an interaction in hand by other ways than a pull. */
  protected took(id: string): void {
    this.detours.pulled(id);
  }

  /** And not any more, by other ways than a call. */
  protected lostFromHand(id: string): void {
    this.detours.gone(id);
  }

  /** Its agent takes no part in an interaction any more. */
  protected leave(id: string, options?: Sdk.CallOptions): Promise<void> {
    const detour = this.detours.ofLeaving(id);
    return this.#change('RequestLeaveInteraction', id, undefined, detour, options);
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
    const detour = this.detours.anywhere();
    return this.caller.call(name, packed, {
      route: 'id',
      key: id,
      result: results.submitResult,
      options,
      detour,
    });
  }

  takeSnapshot(
    snapshot: Sdk.SnapshotRequest = {},
    options?: Sdk.CallOptions,
  ): Promise<Sdk.Snapshot> {
    const wrong = check('RequestTakeSnapshot', options, snapshot, kinds.snapshot, 'snapshot');
    return wrong ?? takeSnapshot(this.caller, snapshot, this.nextKey, options);
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
      fence: this.detours.concernChange(id) || options?.fence === true,
      detour,
    });
  }
}
