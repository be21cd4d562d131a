import type { z } from "zod";

/** Who may ask: anybody, or a role and those above it. `reader` < `user` < `admin`. */
export type Access = "open" | Role;

/** What somebody may do. `reader` reads; `user` also looks, holds and repairs; `admin` does everything. */
export type Role = "reader" | "user" | "admin";

/** What an endpoint gives. */
export type Answer =
  | { readonly type: "json"; readonly schema: z.ZodType }
  /** Text of a media type, with what it holds in words. */
  | { readonly type: "text"; readonly mediaType: string; readonly description: string }
  /** JSON for who asks for JSON, a page for a browser. */
  | { readonly type: "page"; readonly schema: z.ZodType }
  /** Server-sent events for who accepts `text/event-stream`, otherwise a list as JSON. */
  | { readonly type: "events"; readonly schema: z.ZodType; readonly event: z.ZodType };

/** The sections of the documentation, in their order. */
export const TAGS = [
  "Service",
  "Metrics",
  "Projects",
  "Resources",
  "Incidents",
  "Deploys",
  "Events",
  "Badges",
  "Administration",
] as const;

/** One endpoint: who may ask, what goes in, what comes out. */
export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  /** Under the base path, with parameters in braces: `/api/projects/{project}`. */
  readonly path: `/${string}`;
  readonly access: Access;
  readonly tag: (typeof TAGS)[number];
  /** A few words, beginning with a verb. */
  readonly summary: string;
  /** One to three sentences. */
  readonly description: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** Null when it takes none. */
  readonly body: z.ZodType | null;
  readonly answer: Answer;
  /** The status of an answer that is all right; 200 by default. */
  readonly status?: 200 | 201 | 202 | 204;
  /** Statuses besides that one which the usual answer may come with, and when. */
  readonly otherStatuses?: Readonly<Record<number, string>>;
  /** Other statuses that it may be refused with, and when; those of every endpoint left out. */
  readonly problems?: Readonly<Record<number, string>>;
  /** True when it may be asked for longer than others: plans, repairs, deploys. */
  readonly isSlow?: boolean;
}

/** What the handler of a route is given: everything was validated. */
export interface Asked<R extends Route> {
  readonly params: z.output<R["params"]>;
  readonly query: z.output<R["query"]>;
  readonly body: R["body"] extends z.ZodType ? z.output<R["body"]> : null;
}

/** What the handler of a route gives. */
export type Given<R extends Route> = R["answer"] extends {
  readonly schema: infer S extends z.ZodType;
}
  ? z.input<S>
  : string;
