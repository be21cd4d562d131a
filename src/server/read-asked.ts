import { z } from "zod";
import type { Asked, Route } from "../api/route.ts";
import { issueText } from "./issue-text.ts";
import type { Problem } from "./refusal.ts";
import { Refusal } from "./refusal.ts";

/** What a client sent, as it came. */
export interface Sent {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

type Errors = NonNullable<Problem["errors"]>;

/** So many problems are told at once. */
const LIMIT_ERRORS = 20;

/** So much is repeated of what somebody sent, in UTF-16 units. */
const LIMIT_ECHO = 100;

/**
 * Makes what reads requests of a route. What the route does not know is refused: a property that is misspelt would otherwise
 * be left out, and a hold for an hour would last for good.
 *
 * @param route - What may be asked.
 * @returns Reads what is asked, validated. It throws a {@link Refusal} with everything that is wrong.
 */
export function askedReader<R extends Route>(route: R): (sent: Sent) => Asked<R> {
  const readParams = reader<R["params"]>(route.params, "path");
  const readQuery = reader<R["query"]>(route.query, "query");
  const readBody = bodyReader<R["body"]>(route.body);
  return (sent) => {
    const params = readParams(sent.params);
    const query = readQuery(sent.query);
    const body = readBody(sent.body === undefined ? NOTHING : sent.body);
    if (params.isRead && query.isRead && body.isRead) {
      return { params: params.value, query: query.value, body: body.value };
    }
    const errors = [params, query, body].flatMap((part) => (part.isRead ? [] : part.errors));
    throw new Refusal(400, "request-invalid", "What was sent is not what is needed.", {
      errors: errors.slice(0, LIMIT_ERRORS),
    });
  };
}

type Read<T> =
  | { readonly isRead: true; readonly value: T }
  | { readonly isRead: false; readonly errors: Errors };

type Reader<T> = (value: unknown) => Read<T>;

const NOTHING = {};

function reader<S extends z.ZodType>(schema: S, where: string): Reader<z.output<S>> {
  const known = knownKeys(schema);
  const parse = (value: unknown): Read<z.output<S>> => {
    const { success, data, error } = schema.safeParse(value, { error: issueText });
    const unknown = unknownKeys(value, known);
    if (success && unknown.length === 0) return { isRead: true, value: data };
    const errors = (error?.issues ?? []).map(({ path, message }) => ({
      property: [where, ...path.map(String)].join("."),
      message,
    }));
    const strange = unknown.map((key) => ({
      property: `${where}.${key.slice(0, LIMIT_ECHO)}`,
      message: "There is no such property.",
    }));
    return { isRead: false, errors: [...errors, ...strange] };
  };
  if (known?.size !== 0) return parse;
  // Where nothing can be asked, nothing needs to be parsed.
  const nothing = parse(NOTHING);
  return (value) => (isNothing(value) ? nothing : parse(value));
}

type Body<B extends Route["body"]> = B extends z.ZodType ? z.output<B> : null;

// What a schema gives is known once it is known whether there is one: the compiler cannot follow that through `B`.
function bodyReader<B extends Route["body"]>(schema: B): Reader<Body<B>>;
function bodyReader(schema: Route["body"]): Reader<unknown> {
  if (schema !== null) return reader(schema, "body");
  const readNothing = reader(z.object({}), "body");
  return (value) => {
    const read = readNothing(value);
    return read.isRead ? NONE : read;
  };
}

const NONE = { isRead: true, value: null } as const;

// Null where others may stand beside what is known.
function knownKeys(schema: z.ZodType): ReadonlySet<string> | null {
  const isClosed = schema instanceof z.ZodObject && schema.def.catchall === undefined;
  return isClosed ? new Set(Object.keys(schema.shape)) : null;
}

function unknownKeys(value: unknown, known: ReadonlySet<string> | null): readonly string[] {
  if (known === null || typeof value !== "object" || value === null) return [];
  return Object.keys(value).filter((key) => !known.has(key));
}

function isNothing(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  for (const _ in value) return false;
  return true;
}
