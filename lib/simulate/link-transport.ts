/** The client's bytes over a connection that is in this process. */
import type { Transport, TransportFactory } from '../client/index.js';

/** The client's end of such a connection. */
export interface LinkEnd {
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  /** Once, whoever ended it; no data after it. */
  on(event: 'close', listener: () => void): unknown;
  /** Never calls a listener before it returns. */
  write(bytes: Uint8Array): void;
  /** Ends it when what was written has arrived. */
  end(): void;
  destroy(): void;
}

/** A transport whose every link is one that `connect` makes, whatever the address is. */
export function linkTransport(connect: () => LinkEnd): TransportFactory {
  return async (_server, handlers, signal): Promise<Transport> => {
    const end = connect();
    const abort = (): void => end.destroy();
    signal.addEventListener('abort', abort);
    end.on('close', () => {
      signal.removeEventListener('abort', abort);
      handlers.closed(undefined);
    });
    end.on('data', handlers.data);
    return {
      write(bytes) {
        end.write(bytes);
        return true;
      },
      end: () => end.end(),
      destroy: abort,
    };
  };
}
