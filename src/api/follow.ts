import type { FollowedEvent, FollowRequest } from "./client-types.ts";
import { jsonOrNull, problemErrorFrom } from "./problem-error.ts";
import { event as eventSchema } from "./schemas/watching.ts";
import { StreamReader, type StreamMessage } from "./server-sent-events.ts";

/** How the stream is asked for. */
export interface FollowOptions {
  readonly connect: (
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ) => Promise<Response>;
  /** Waits; it may reject when the signal ends it. */
  readonly wait: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

/** The first wait before it connects again; each further one is twice as long, up to the cap. */
const FIRST_WAIT_MS = 1_000;
const WAIT_CAP_MS = 30_000;

/**
 * Follows events: when the connection breaks it connects again, and goes on after the last one that came.
 *
 * @param request - Where it goes on, and what ends it.
 * @param options - How the stream is asked for.
 * @yields Each event once.
 * @throws {@link ProblemError} When the server refuses.
 * @throws {@link RangeError} When an event is longer than any that a server of ours sends.
 */
export async function* followEvents(
  request: Pick<FollowRequest, "after" | "signal">,
  options: FollowOptions,
): AsyncGenerator<FollowedEvent, void> {
  const { signal = new AbortController().signal } = request;
  const follower = new Follower(request.after ?? null);
  while (!signal.aborted) {
    const response = await options.connect(follower.headers(), signal).catch(() => null);
    if (response !== null) {
      await refuseFinal(response);
      yield* follower.read(response);
    }
    if (isOver(signal)) return;
    await options.wait(follower.nextWaitMs(), signal).catch(ignore);
  }
}

// It may have been aborted meanwhile.
function isOver({ aborted }: AbortSignal): boolean {
  return aborted;
}

// Who is refused now is refused again, unless it was too much at once, or too slow.
async function refuseFinal(response: Response): Promise<void> {
  const { ok, status } = response;
  const isPassing = status >= 500 || status === 429 || status === 408;
  if (!ok && !isPassing) throw problemErrorFrom(status, await response.text());
}

class Follower {
  #last: string | null;
  #waitMs = FIRST_WAIT_MS;

  constructor(after: string | null) {
    this.#last = after;
  }

  headers(): Readonly<Record<string, string>> {
    const accept = "text/event-stream";
    return this.#last === null ? { accept } : { accept, "last-event-id": this.#last };
  }

  nextWaitMs(): number {
    const waitMs = this.#waitMs;
    this.#waitMs = Math.min(waitMs * 2, WAIT_CAP_MS);
    return waitMs;
  }

  async *read({ ok, body }: Response): AsyncGenerator<FollowedEvent, void> {
    if (!ok || body === null) {
      await body?.cancel();
      return;
    }
    const reader = new StreamReader();
    for await (const piece of unbroken(body.pipeThrough(new TextDecoderStream()))) {
      const messages = reader.add(piece);
      this.#waitMs = reader.retryMs ?? FIRST_WAIT_MS;
      for (const message of messages) {
        this.#last = message.id ?? this.#last;
        const followed = followedFrom(message);
        if (followed !== null) yield followed;
      }
    }
  }
}

// A connection that breaks is one that ends.
async function* unbroken(pieces: AsyncIterable<string>): AsyncGenerator<string, void> {
  const iterator = pieces[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await iterator.next().catch(() => null);
      if (next === null || next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.().catch(ignore);
  }
}

function followedFrom({ id, data }: StreamMessage): FollowedEvent | null {
  const { success, data: event } = eventSchema.safeParse(jsonOrNull(data));
  return success ? { id, event } : null;
}

function ignore(): void {
  // What ends it is asked next.
}
