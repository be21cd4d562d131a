import type { z } from "zod";
import type { Route } from "./route.ts";
import type { ROUTES, RouteName } from "./routes.ts";
import type { event } from "./schemas/watching.ts";

/** What is asked of one endpoint: its parameters, its body where it takes one, and what ends the wait. */
export type RequestOf<R extends Route> = Part<"params", Values<R["params"]>> &
  Part<"query", Values<R["query"]>> &
  (R["body"] extends z.ZodType ? Part<"body", z.input<R["body"]>> : unknown) & {
    readonly signal?: AbortSignal;
  };

/** What one endpoint gives. */
export type AnswerOf<R extends Route> = R["answer"] extends {
  readonly schema: infer S extends z.ZodType;
}
  ? z.output<S>
  : string;

// What may be left out may stay so; all else is of the type that the server reads.
type Values<S extends z.ZodObject> = {
  readonly [Name in Needed<S["shape"]>]: z.output<S["shape"][Name]>;
} & {
  readonly [Name in Exclude<keyof S["shape"], Needed<S["shape"]>>]?:
    z.output<S["shape"][Name]> | undefined;
};

type Needed<Shape extends z.ZodObject["shape"]> = {
  [Name in keyof Shape]: undefined extends z.input<Shape[Name]> ? never : Name;
}[keyof Shape];

type Part<Name extends string, T> =
  Partial<T> extends T ? Partial<Readonly<Record<Name, T>>> : Readonly<Record<Name, T>>;

type Call<R extends Route> =
  Partial<RequestOf<R>> extends RequestOf<R>
    ? (request?: RequestOf<R>) => Promise<AnswerOf<R>>
    : (request: RequestOf<R>) => Promise<AnswerOf<R>>;

/** Something that happened. */
export type ClientEvent = z.output<typeof event>;

/** What events are followed. */
export interface FollowRequest {
  /** All projects by default. */
  readonly project?: string;
  /** Of a project: those of this resource alone. */
  readonly resource?: string;
  /** Goes on after this one: the `id` under which it came. Only what happens from now on by default. */
  readonly after?: string;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** An event, and where to go on. */
export interface FollowedEvent {
  /** To be handed over as `after` later on; null where the server knows none. */
  readonly id: string | null;
  readonly event: ClientEvent;
}

/** All endpoints, by the names of their operations. Each rejects with a `ProblemError` for what is refused. */
export type Client = { readonly [Name in RouteName]: Call<(typeof ROUTES)[Name]> } & {
  /** Follows what happens; it connects again by itself, and goes on where it was, until the signal ends it. */
  readonly follow: (request?: FollowRequest) => AsyncIterable<FollowedEvent>;
};
