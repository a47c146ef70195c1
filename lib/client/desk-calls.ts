/** The calls of the SDK that are about agents, for who routes, supervises or watches. */
import { numberIn } from './administration.js';
import { agentPage } from './agent-records.js';
import * as kinds from './argument-kinds.js';
import { check, checkId } from './arguments.js';
import * as bodies from './bodies.js';
import { Deliveries } from './deliveries.js';
import { Detours } from './detours.js';
import { LeasedLoad, type LoadParts } from './outside-load.js';
import { extensionOf, nothing } from './results.js';
import { ServerCalls } from './server-calls.js';
import { forceAgents, restore, supervise } from './supervision.js';
import type * as Sdk from './types.js';

const reserving = 'RequestReserveAgent';
const reporting = 'RequestSetOutsideLoad';

export class DeskCalls extends ServerCalls {
  protected readonly deliveries = new Deliveries();
  protected readonly detours = new Detours();
  /** Said again after a lost connection. */
  protected readonly loads = new Set<LeasedLoad>();

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
      detour: this.detours.ofOffer(id),
    });
  }

  async reserve(
    reservation: Sdk.ReservationRequest,
    options?: Sdk.CallOptions,
  ): Promise<Sdk.Reservation> {
    const wrong = check(reserving, options, reservation, kinds.reservation, 'reservation');
    if (wrong !== undefined) return wrong;
    const { agentId, placeId, priority, forMs } = reservation;
    const body = { AgentId: agentId, PlaceId: placeId };
    const answer = await this.caller.call(
      reserving,
      { ...body, Priority: priority, ReservationTimeMs: forMs },
      // It ends with its connection, and so does the question.
      { route: 'agent', key: agentId ?? '', result: extensionOf, options, ofLink: true },
    );
    return {
      agentId,
      placeId,
      forMs: numberIn(answer, 'ReservationTimeMs'),
      cancel: async (call) => {
        const wrongCall = check(reserving, call);
        if (wrongCall !== undefined) return wrongCall;
        const plan = { route: 'agent', key: agentId ?? '', result: nothing } as const;
        const over = { ...body, ReservationTimeMs: 0 };
        return await this.caller.call(reserving, over, { ...plan, options: call });
      },
    };
  }

  setOutsideLoad(report: Sdk.OutsideLoadReport, options?: Sdk.CallOptions): Promise<void> {
    const wrong = check(reporting, options, report, kinds.outsideLoad, 'report');
    if (wrong !== undefined) return wrong;
    const { agentId, medium, count, leaseSeconds } = report;
    return this.caller.call(
      reporting,
      { AgentId: agentId, MediaTypeName: medium, Count: count, LeaseSeconds: leaseSeconds },
      { route: 'agent', key: agentId, result: nothing, options },
    );
  }

  async keepOutsideLoad(report: Sdk.OutsideLoadReport): Promise<Sdk.OutsideLoad> {
    const wrong = check(reporting, undefined, report, kinds.outsideLoad, 'report');
    if (wrong !== undefined) return wrong;
    const parts: LoadParts = {
      clock: this.caller.clock,
      refusal: () => this.caller.refusal,
      send: (count, timeoutMs) => this.setOutsideLoad({ ...report, count }, { timeoutMs }),
      over: (load) => this.loads.delete(load),
    };
    const load = new LeasedLoad(parts, report);
    this.loads.add(load);
    await load.begin();
    return load;
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
}
