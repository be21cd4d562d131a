import { request, type ClientRequest, type IncomingMessage } from "node:http";
import type { LookupFunction } from "node:net";
import { abortReason } from "../../model/abort.ts";
import { ObservationError } from "../../model/errors.ts";
import { singleLine } from "../../model/text.ts";
import type { Resolver } from "../../ports/resolver.ts";
import { describeSupervisorFailure } from "./failure.ts";
import type { SupervisorEndpoint } from "./server-url.ts";
import { readAnswer, writeCall, type XmlRpcAnswer, type XmlRpcValue } from "./xml-rpc.ts";

/** About 2,500 programs. */
const BODY_LIMIT_BYTES = 4 * 1024 * 1024;
const FAULT_LIMIT_CHARACTERS = 300;

/** What a supervisord wants to know from whom it answers. */
export interface SupervisorCredentials {
  readonly username: string;
  readonly password: string;
}

/** How to reach a supervisord. */
export interface SupervisorClientOptions {
  readonly endpoint: SupervisorEndpoint;
  /** Null when it lets everybody in. */
  readonly credentials: SupervisorCredentials | null;
  /** Looks the host up where it is a name. */
  readonly resolver: Resolver;
}

/** One supervisord that can be asked, with a connection for each call. */
export interface SupervisorClient {
  /**
   * Calls a method.
   *
   * @param method - Such as `supervisor.getAllProcessInfo`.
   * @param parameters - In the order in which the method takes them.
   * @param signal - Gives up.
   * @returns What it gave, not validated.
   * @throws {@link SupervisorFaultError} When supervisord would not do it.
   * @throws {@link ObservationError} When it cannot be asked, or its answer is none.
   */
  readonly call: (
    method: string,
    parameters: readonly XmlRpcValue[],
    signal: AbortSignal,
  ) => Promise<XmlRpcValue>;
}

/** A supervisord answered that it would not do what was asked. */
export class SupervisorFaultError extends ObservationError {
  override readonly name: string = "SupervisorFaultError";
  /** Supervisord's own number, such as 10. */
  readonly faultCode: number;
  /** Supervisord's own name for it, such as `BAD_NAME`; all of its text when that has none. */
  readonly faultName: string;

  /**
   * Tells what supervisord said.
   *
   * @param method - What was called.
   * @param fault - Its number, and its text such as `BAD_NAME: web`.
   */
  constructor(method: string, fault: { readonly code: number; readonly text: string }) {
    const text = singleLine(fault.text).slice(0, FAULT_LIMIT_CHARACTERS);
    super(`supervisord refused ${method}: ${text} (${String(fault.code)})`);
    this.faultCode = fault.code;
    this.faultName = /^[A-Z][A-Z_]*(?=:|$)/u.exec(text)?.[0] ?? text;
  }
}

/**
 * Makes a client for one supervisord.
 *
 * @param options - Where it listens, and who asks.
 * @returns A client that has asked nothing yet.
 */
export function supervisorClient(options: SupervisorClientOptions): SupervisorClient {
  return {
    call: async (method, parameters, signal) => {
      if (signal.aborted) throw abortReason(signal);
      const body = await exchange(options, writeCall(method, parameters), signal);
      const answer = parsed(body, options.endpoint);
      if ("fault" in answer) throw new SupervisorFaultError(method, answer.fault);
      return answer.value;
    },
  };
}

async function exchange(
  options: SupervisorClientOptions,
  call: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    const response = await send(options, call, signal);
    refuseUnlessOk(response, options);
    return await bodyOf(response, options.endpoint);
  } catch (error) {
    if (signal.aborted) throw abortReason(signal);
    throw describeSupervisorFailure(error, options.endpoint);
  }
}

function send(
  { endpoint, credentials, resolver }: SupervisorClientOptions,
  call: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const body = Buffer.from(call, "utf8");
  return new Promise((resolve, reject) => {
    const asked: ClientRequest = request({
      ...(endpoint.socketPath === null
        ? { host: endpoint.host, port: endpoint.port, lookup: lookupBy(resolver, signal) }
        : { socketPath: endpoint.socketPath }),
      path: endpoint.path,
      method: "POST",
      agent: false,
      signal,
      headers: {
        "Content-Type": "text/xml",
        // It does not know chunks.
        "Content-Length": body.length,
        ...(credentials === null ? {} : { Authorization: basic(credentials) }),
      },
    });
    asked.on("error", reject).on("response", resolve).end(body);
  });
}

function basic({ username, password }: SupervisorCredentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}

function lookupBy(resolver: Resolver, signal: AbortSignal): LookupFunction {
  return (hostname, { all }, callback) => {
    resolver.resolve(hostname, signal).then(
      (addresses) => {
        if (all === true) callback(null, [...addresses]);
        else callback(null, addresses[0]?.address ?? "", addresses[0]?.family);
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : new Error(String(error)), "");
      },
    );
  };
}

function refuseUnlessOk(
  response: IncomingMessage,
  { endpoint, credentials }: SupervisorClientOptions,
): void {
  const { statusCode = 0 } = response;
  if (statusCode === 200) return;
  response.destroy();
  if (statusCode === 401) {
    const refused =
      credentials === null
        ? "wants a user name and a password, and none were given"
        : "refused the user name or the password";
    throw new ObservationError(
      `supervisord at ${endpoint.peer} ${refused}: see username and password in its configuration (401)`,
    );
  }
  const hint =
    statusCode === 404 ? "; its configuration needs a section [rpcinterface:supervisor]" : "";
  throw new ObservationError(
    `${endpoint.peer} does not answer as supervisord does: HTTP status ${String(statusCode)}${hint}`,
  );
}

async function bodyOf(
  response: AsyncIterable<Buffer>,
  { peer }: SupervisorEndpoint,
): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of response) {
    sizeBytes += chunk.length;
    if (sizeBytes > BODY_LIMIT_BYTES) {
      throw new ObservationError(
        `${peer} does not answer as supervisord does: more than ${String(BODY_LIMIT_BYTES)} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parsed(body: string, { peer }: SupervisorEndpoint): XmlRpcAnswer {
  try {
    return readAnswer(body);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ObservationError(`${peer} does not answer as supervisord does: ${reason}`, { cause });
  }
}
