import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { ROUTES, type RouteName } from "../api/routes.ts";
import { admit, refusedCaller, type Admitting } from "./admission.ts";
import { audit } from "./audit-trail.ts";
import type { Caller } from "./caller.ts";
import type { Handling } from "./handler.ts";
import { USUAL_HEADERS, type Outgoing } from "./outgoing.ts";
import { methodsByPath } from "./paths.ts";
import { PROBLEM_TYPE, Refusal } from "./refusal.ts";
import { refusalOf } from "./refusal-of.ts";
import { RequestRates } from "./request-rates.ts";
import type { ServerLog } from "./server-log.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks; null until they are let in, and when they are not known. */
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    /** The route's name; none where there is no route. */
    readonly operation?: RouteName;
  }
}

/** What a reception works with. */
export interface ReceptionOptions extends Admitting, Handling {
  readonly basePath: string;
  readonly log: ServerLog;
}

/** Nginx's word for it: who asked did not wait for the answer. */
const STATUS_GONE = 499;

/** What nothing can have come of. */
const HARMLESS: ReadonlySet<number> = new Set([400, 403, 404, 413, 414, 415]);

/** So many such requests of one client stand in the audit log each second, on average over ten: it is kept for good. */
const HARMLESS_PER_SECOND = 1;

/** Where requests come in and answers go out: nothing passes by it. */
export class Reception {
  readonly #options: ReceptionOptions;
  readonly #methodsOf: (url: string) => readonly string[];
  /** Who is known, and was not let in: logs tell who it was. */
  readonly #refused = new WeakMap<FastifyRequest, Caller>();
  /** How often harmless requests are written down. */
  readonly #harmless: RequestRates;

  /**
   * Opens.
   *
   * @param options - What it works with.
   */
  constructor(options: ReceptionOptions) {
    this.#options = options;
    this.#methodsOf = methodsByPath(options.basePath);
    this.#harmless = new RequestRates(HARMLESS_PER_SECOND, options.clock);
  }

  /**
   * Lets a request in: whoever may not ask learns nothing else, not even whether what they ask for exists.
   *
   * @param request - The request.
   * @param reply - Its answer.
   * @returns Settled once it is let in; null when it is already.
   * @throws {@link Refusal} When it is refused.
   */
  letIn(request: FastifyRequest, reply: FastifyReply): Promise<void> | null {
    this.#logAnswer(request, reply, () => request.caller ?? this.#refused.get(request) ?? null);
    const known = this.#options.gate.prepare(request.raw);
    if (known !== null) {
      return known.then(() => {
        this.#judge(request);
      });
    }
    this.#judge(request);
    return null;
  }

  /**
   * Sends an answer. A change that somebody asked for is in the audit log by then, whatever came of it.
   *
   * @param request - What was asked.
   * @param reply - Its answer.
   * @param outgoing - What to send.
   * @returns Settled once it is sent; null when it is already.
   */
  answer(request: FastifyRequest, reply: FastifyReply, outgoing: Outgoing): Promise<void> | null {
    const audited = this.#audit(request, outgoing);
    if (audited === null) {
      this.#send(request, reply, outgoing);
      return null;
    }
    return audited.then(() => {
      this.#send(request, reply, outgoing);
    });
  }

  /**
   * Sends why there is no answer.
   *
   * @param request - What was asked.
   * @param reply - Its answer.
   * @param error - What was thrown.
   * @returns Settled once it is sent; null when it is already.
   */
  refuse(request: FastifyRequest, reply: FastifyReply, error: unknown): Promise<void> | null {
    const { headers, problem } = refusalOf(error, (bug, reference) => {
      this.#options.log.onError(bug, `${request.method} ${request.url} (${reference})`);
    });
    if (problem.status === 403) this.#rememberRefused(request, error);
    return this.answer(request, reply, {
      status: problem.status,
      headers: { ...USUAL_HEADERS, "content-type": PROBLEM_TYPE, ...headers },
      body: JSON.stringify(problem),
      outcome: problem.detail ?? problem.title,
    });
  }

  /**
   * Refuses what the router cannot read; who is not known is told that instead.
   *
   * @param request - What was asked.
   * @param reply - Its answer.
   * @param error - What is wrong.
   */
  refuseUnreadable(request: FastifyRequest, reply: FastifyReply, error: unknown): void {
    let caller: Caller | null = null;
    this.#logAnswer(request, reply, () => caller);
    const judge = async (): Promise<never> => {
      await this.#options.gate.prepare(request.raw);
      caller = admit(request.raw, "reader", this.#options);
      throw error;
    };
    judge().catch((reason: unknown) => this.refuse(request, reply, reason));
  }

  #judge(request: FastifyRequest): void {
    const { operation } = request.routeOptions.config;
    const access = operation === undefined ? "reader" : ROUTES[operation].access;
    request.setDecorator("caller", admit(request.raw, access, this.#options));
    if (operation === undefined) this.#refuseUnknown(request);
  }

  #refuseUnknown({ url, method }: FastifyRequest): never {
    const allowed = this.#methodsOf(url);
    if (allowed.length === 0) throw new Refusal(404, "path-unknown", "There is nothing here.");
    const allow = allowed.join(", ");
    throw new Refusal(405, "method-unknown", `${method} is not possible here, only ${allow}.`, {
      headers: { allow },
    });
  }

  // Who asks too often was not heard: the log of changes is kept for good, and must not be filled by it.
  #audit(request: FastifyRequest, { outcome, status }: Outgoing): Promise<void> | null {
    const { operation } = request.routeOptions.config;
    if (operation === undefined || ROUTES[operation].method === "GET" || status === 429)
      return null;
    const { served, log } = this.#options;
    const caller = request.caller ?? this.#refused.get(request);
    if (caller === undefined) return null;
    if (HARMLESS.has(status) && this.#harmless.take(caller.who) > 0) return null;
    const { params, body } = request;
    return audit({ caller, operation, params, body, outcome, status }, served, (error) => {
      log.onError(error, `the audit log, of ${operation} by ${caller.who}`);
    });
  }

  #rememberRefused(request: FastifyRequest, error: unknown): void {
    const caller = refusedCaller(error, request.raw, this.#options.gate);
    if (caller !== null) this.#refused.set(request, caller);
  }

  #logAnswer(request: FastifyRequest, { raw }: FastifyReply, asks: () => Caller | null): void {
    const { clock, log } = this.#options;
    const beganMs = clock.elapsedMs();
    const { remoteAddress } = request.raw.socket;
    raw.once("close", () => {
      const caller = asks();
      log.onAnswer({
        who: caller?.who ?? "",
        from: caller?.from ?? remoteAddress ?? "",
        method: request.method,
        url: request.url,
        status: raw.headersSent ? raw.statusCode : STATUS_GONE,
        durationMs: clock.elapsedMs() - beganMs,
      });
    });
  }

  #send(request: FastifyRequest, reply: FastifyReply, { status, headers, body }: Outgoing): void {
    void reply.code(status).headers(headers);
    // Nothing is no body of no bytes: the length of 304 would be that of what is kept.
    if (body === "") void reply.send();
    else
      void reply.send(
        typeof body === "string" ? body : Readable.from(this.#watched(body, request)),
      );
  }

  // Whoever asked sees only that their connection breaks.
  async *#watched(
    pieces: AsyncIterable<string>,
    { method, url }: FastifyRequest,
  ): AsyncGenerator<string> {
    try {
      yield* pieces;
    } catch (error) {
      this.#options.log.onError(error, `${method} ${url}, halfway through its answer`);
      throw error;
    }
  }
}
