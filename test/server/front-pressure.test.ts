/**
 * What a partition may be given, against a model of one that does so many requests a millisecond.
 */
import fc from 'fast-check';
import t from 'tap';
import { limits } from '../../lib/limits.js';
import {
  Pressure,
  RequestKind,
  retryAfterMsMin,
  retryAfterMsMax,
} from '../../lib/front/admission-control.js';

/** A partition that does `rate` requests each millisecond, and who offers it work. */
class Model {
  readonly pressure = new Pressure();
  now = 0;
  sent = 0;
  settled = 0;
  most = 0;
  readonly nowMs = (): number => this.now;

  /** Offers so many within a millisecond, then lets the partition work; returns those taken. */
  step(offered: number, rate: number, kind: RequestKind = RequestKind.newWork): number {
    let taken = 0;
    for (let count = 0; count < offered; count += 1) {
      if (!this.pressure.admits(this, kind, this.nowMs)) continue;
      taken += 1;
      this.sent += 1;
    }
    this.most = Math.max(this.most, this.unfinished);
    this.now += 1;
    this.settled = Math.min(this.sent, this.settled + rate);
    this.pressure.progressed(this.settled, this.nowMs);
    return taken;
  }

  run(steps: number, offered: number, rate: number): void {
    for (let count = 0; count < steps; count += 1) this.step(offered, rate);
  }

  get unfinished(): number {
    return this.sent - this.settled;
  }
}

const runs = { numRuns: 50 };

t.test('a burst within the limit is never refused, and nothing ever passes it', (t) => {
  const steps = fc.array(fc.tuple(fc.nat(3_000), fc.nat(100)), { maxLength: 50 });
  fc.assert(
    fc.property(steps, (all) => {
      const model = new Model();
      for (const [offered, rate] of all) {
        const room = limits.burstRequestsPerPartition - model.unfinished;
        const wasPressed = model.pressure.isPressed;
        const taken = model.step(offered, rate);
        if (!wasPressed && offered <= room && taken !== offered) return false;
      }
      return model.most <= limits.burstRequestsPerPartition;
    }),
    runs,
  );
  t.end();
});

t.test('under lasting overload the work that waits is short, and the partition never idle', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 2, max: 5 }), (rate, factor) => {
      const model = new Model();
      model.run(5_000, rate * factor, rate);
      const before = model.settled;
      model.most = 0;
      model.run(1_000, rate * factor, rate);
      const bound = Math.max(256, rate * 12);
      return (
        model.pressure.isPressed && model.most <= bound && model.settled - before === rate * 1_000
      );
    }),
    runs,
  );
  t.end();
});

t.test('what ends work is taken where new work is refused', (t) => {
  const model = new Model();
  model.run(300, 100, 10);
  model.step(100, 0);
  t.equal(model.step(1, 0), 0);
  t.equal(model.step(1, 0, RequestKind.other), 1);
  t.equal(model.step(1, 0, RequestKind.pull), 1);
  model.step(10_000, 0, RequestKind.other);
  t.equal(model.unfinished, 2 * limits.burstRequestsPerPartition, 'but not without bounds');
  t.end();
});

t.test('the delay grows with the pressure and stays within its bounds', (t) => {
  const model = new Model();
  model.run(300, 20, 10);
  t.equal(model.pressure.retryAfterMs, retryAfterMsMin);
  let last = 0;
  for (let count = 0; count < 20; count += 1) {
    model.run(100, 30, 10);
    const { retryAfterMs } = model.pressure;
    t.ok(retryAfterMs >= last && retryAfterMs <= retryAfterMsMax);
    last = retryAfterMs;
  }
  t.equal(last, retryAfterMsMax);
  model.run(3_000, 10, 10);
  model.run(3_000, 11, 10);
  t.ok(model.pressure.retryAfterMs < last, 'little is refused: it shrinks');
  t.end();
});

t.test('a second after the last refusal bursts are taken again', (t) => {
  const model = new Model();
  model.run(1_000, 100, 10);
  t.ok(model.pressure.isPressed);
  model.run(3_000, 5, 10);
  t.equal(model.unfinished, 0);
  model.step(2_000, 10);
  t.notOk(model.pressure.isPressed, 'it is calm as soon as more comes');
  t.equal(model.unfinished, 1_990);
  t.end();
});
