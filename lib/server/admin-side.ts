/**
 * The admin listener of a server: its address is bound early, its HTTP side loaded when somebody
 * wants it, or in a while, since that takes the main thread longer than all requests of the clients
 * that wait for a start.
 */
import type { AdminListener, AdminPort } from '../admin/listener.js';
import type { ReservedAddress } from '../admin/reserve.js';
import type { Clock, Timer } from '../clock.js';
import { formatEndpoint } from '../config/endpoint.js';
import type { TlsMaterial } from '../security/tls.js';
import type { LateLoads } from '../process/late-loads.js';
import type { Service } from '../service/contract.js';

/** After the start, until the HTTP side is loaded unasked. */
const delayMs = 1_000;

export interface AdminSideOptions {
  readonly reserved: ReservedAddress;
  readonly clock: Clock;
  readonly late: LateLoads;
  /** What the HTTP side needs, asked for when it is loaded. */
  port(): AdminPort;
}

export class AdminSide implements Service {
  readonly name = 'admin-listener';
  /** `ixion shutdown` waits until nobody answers, and the data directory must be free then. */
  readonly lasts = 'end';
  readonly #options: AdminSideOptions;
  #timer: Timer | undefined;
  /** Once its loading has begun. */
  #listener: Promise<AdminListener | undefined> | undefined;
  #isLoaded = false;

  constructor(options: AdminSideOptions) {
    this.#options = options;
  }

  start(): void {
    const { clock, reserved } = this.#options;
    this.#timer = clock.setTimer(delayMs, () => void this.ready());
    reserved.whenWanted(() => void this.ready());
  }

  /** Loads the HTTP side; resolves when it answers, or never will. */
  async ready(): Promise<void> {
    this.#timer?.cancel();
    this.#listener ??= this.#load();
    await this.#listener;
  }

  /** Other certificates for connections to come. */
  setTls(tls: TlsMaterial): void {
    void this.#listener?.then((listener) => listener?.setTls(tls));
  }

  /** To be called when what could not be loaded has been given up. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    const listener = await this.#listener;
    if (listener === undefined) this.#options.reserved.close();
    else await listener.close();
  }

  status(): object {
    return { address: formatEndpoint(this.#options.reserved), isLoaded: this.#isLoaded };
  }

  #load(): Promise<AdminListener | undefined> {
    const { late, reserved, port } = this.#options;
    return late.whenPossible('the admin listener', async () => {
      const { startAdmin } = await import('../admin/listener.js');
      const listener = await startAdmin(reserved, port());
      this.#isLoaded = true;
      return listener;
    });
  }
}
