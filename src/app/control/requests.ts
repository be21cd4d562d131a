import type { Hold } from "../../model/incident.ts";
import type { HoldRequest } from "../../model/control.ts";
import { isRecord } from "../../model/json.ts";
import { quoted } from "../../model/wording.ts";
import type { RollbackMode } from "./deploy-order.ts";

/** What a running `clockwork up` can be asked. */
export type ControlRequest =
  | { readonly request: "status" }
  | { readonly request: "reload" }
  | { readonly request: "stop" }
  | { readonly request: "explain"; readonly resource: string }
  | { readonly request: "checkNow"; readonly resource: string }
  | { readonly request: "repair"; readonly resource: string; readonly by: string }
  | ({ readonly request: "hold" } & HoldRequest)
  | {
      readonly request: "release";
      readonly kinds: readonly Hold["kind"][];
      readonly resource: string | null;
      readonly by: string;
    }
  | {
      readonly request: "acknowledge";
      readonly resource: string;
      readonly by: string;
      readonly comment: string;
    }
  /** Gives no result before whoever watches stops, or it is cancelled. */
  | { readonly request: "follow"; readonly after: number | null }
  | {
      readonly request: "deploy";
      /** As a saved plan holds it, with all that it refers to. */
      readonly plan: string;
      readonly of: number | null;
      readonly mode: RollbackMode;
      readonly command: string;
      readonly by: string;
      readonly mayRetry: boolean;
      readonly mayDeleteData: boolean;
      readonly keepFiles: boolean;
    }
  /** Ends another request of the same connection; it has no answer of its own. */
  | { readonly request: "cancel" };

/** A request, and the number by which it is answered. */
export interface NumberedRequest {
  /** Counted from 1 by the client; of `cancel`, the request that is ended. */
  readonly id: number;
  readonly asked: ControlRequest;
}

/** A request that is none: what is wrong with it, and its number where it has one. */
export class InvalidRequest extends Error {
  override readonly name: string = "InvalidRequest";
  /** Null when it cannot be answered by its number. */
  readonly id: number | null;

  /**
   * Says what is wrong.
   *
   * @param message - What was needed and what was got.
   * @param id - Its number; null when it has none.
   */
  constructor(message: string, id: number | null) {
    super(message);
    this.id = id;
  }
}

/** Longer text is no name and no comment. */
const LIMIT_CHARACTERS = 2_000;

/** A hold is not asked for any longer: 100 years. */
const LIMIT_HOLD_MS = 100 * 365 * 86_400_000;

/**
 * Reads a request.
 *
 * @param line - One line of text, whoever sent it.
 * @returns The request.
 * @throws {@link InvalidRequest} When it is none.
 */
export function readRequest(line: string): NumberedRequest {
  const sent = parsed(line);
  const id = sent["id"];
  if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 1) {
    throw new InvalidRequest("id must be a whole number from 1 on", null);
  }
  const name = sent["request"];
  const read = typeof name === "string" && Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (read === undefined) {
    throw new InvalidRequest(
      `request must be one of ${Object.keys(READERS).join(", ")}: got ${quoted(String(name))}`,
      id,
    );
  }
  return { id, asked: read(new Fields(sent, id)) };
}

const READERS: Readonly<Record<string, (fields: Fields) => ControlRequest>> = {
  status: () => ({ request: "status" }),
  reload: () => ({ request: "reload" }),
  stop: () => ({ request: "stop" }),
  cancel: () => ({ request: "cancel" }),
  explain: (fields) => ({ request: "explain", resource: fields.text("resource") }),
  checkNow: (fields) => ({ request: "checkNow", resource: fields.text("resource") }),
  repair: (fields) => ({
    request: "repair",
    resource: fields.text("resource"),
    by: fields.text("by"),
  }),
  hold: (fields) => ({
    request: "hold",
    kind: fields.oneOf("kind", ["pause", "maintenance", "silence"]),
    resource: fields.textOrNull("resource"),
    forMs: fields.numberOrNull("forMs", LIMIT_HOLD_MS),
    by: fields.text("by"),
    comment: fields.text("comment"),
  }),
  release: (fields) => ({
    request: "release",
    kinds: fields.listOf("kinds", ["pause", "maintenance", "silence", "clock"]),
    resource: fields.textOrNull("resource"),
    by: fields.text("by"),
  }),
  acknowledge: (fields) => ({
    request: "acknowledge",
    resource: fields.text("resource"),
    by: fields.text("by"),
    comment: fields.text("comment"),
  }),
  follow: (fields) => ({
    request: "follow",
    after: fields.numberOrNull("after", Number.MAX_SAFE_INTEGER),
  }),
  deploy: (fields) => ({
    request: "deploy",
    plan: fields.longText("plan"),
    of: fields.numberOrNull("of", Number.MAX_SAFE_INTEGER),
    mode: fields.oneOf("mode", ["off", "notify", "rollback"]),
    command: fields.text("command"),
    by: fields.text("by"),
    mayRetry: fields.truth("mayRetry"),
    mayDeleteData: fields.truth("mayDeleteData"),
    keepFiles: fields.truth("keepFiles"),
  }),
};

/** The fields of a request, read one by one. */
class Fields {
  readonly #sent: Readonly<Record<string, unknown>>;
  readonly #id: number;

  constructor(sent: Readonly<Record<string, unknown>>, id: number) {
    this.#sent = sent;
    this.#id = id;
  }

  text(name: string): string {
    const value = this.longText(name);
    if (value.length <= LIMIT_CHARACTERS) return value;
    throw this.#invalid(name, `text of at most ${String(LIMIT_CHARACTERS)} characters`);
  }

  longText(name: string): string {
    const value = this.#of(name);
    if (typeof value === "string") return value;
    throw this.#invalid(name, "text");
  }

  textOrNull(name: string): string | null {
    return this.#of(name) === null ? null : this.text(name);
  }

  numberOrNull(name: string, most: number): number | null {
    const value = this.#of(name);
    if (value === null) return null;
    if (typeof value === "number" && value >= 0 && value <= most) return value;
    throw this.#invalid(name, `null or a number from 0 to ${String(most)}`);
  }

  truth(name: string): boolean {
    const value = this.#of(name);
    if (typeof value === "boolean") return value;
    throw this.#invalid(name, "true or false");
  }

  oneOf<const T extends string>(name: string, choices: readonly T[]): T {
    const value = this.#of(name);
    const chosen = choices.find((choice) => choice === value);
    if (chosen !== undefined) return chosen;
    throw this.#invalid(name, `one of ${choices.join(", ")}`);
  }

  listOf<const T extends string>(name: string, choices: readonly T[]): readonly T[] {
    const value = this.#of(name);
    const isList = Array.isArray(value) && value.every((each) => choices.some((c) => c === each));
    if (isList) return choices.filter((choice) => value.includes(choice));
    throw this.#invalid(name, `a list of ${choices.join(", ")}`);
  }

  // What an object inherits was not sent.
  #of(name: string): unknown {
    return Object.hasOwn(this.#sent, name) ? this.#sent[name] : undefined;
  }

  #invalid(name: string, needed: string): InvalidRequest {
    return new InvalidRequest(`${name} must be ${needed}`, this.#id);
  }
}

function parsed(line: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new InvalidRequest("a request must be a line of JSON", null);
  }
  if (isRecord(value)) return value;
  throw new InvalidRequest("a request must be an object", null);
}
