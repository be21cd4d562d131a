import type { Severity } from "./severity.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { JsonObject } from "./json.ts";
import type { ResourceValues } from "./policy.ts";
import type { SourceLocation } from "./source-location.ts";

/** An assertion as data. */
export interface DeclaredAssertion {
  readonly kind: string;
  readonly parameters: JsonObject;
  readonly severity: Severity;
  /** In seconds; null for its resource's, or the kind's own. */
  readonly timeoutSeconds: number | null;
  readonly description: string | null;
  readonly declaredAt: SourceLocation | null;
}

/** A resource as data. */
export interface DeclaredResource {
  readonly kind: string;
  readonly name: string;
  readonly parameters: JsonObject;
  readonly policy: ResourceValues;
  readonly assertions: readonly DeclaredAssertion[];
  readonly declaredAt: SourceLocation | null;
}

/** A resource whose options are wrong: enough of it to find out what else is wrong. */
export type InvalidResource = Pick<DeclaredResource, "name" | "kind" | "policy" | "declaredAt">;

/** What a file of a project declares, as data. */
export interface ProjectDeclaration {
  readonly resources: readonly DeclaredResource[];
  /** Those of which the problems tell what is wrong with them. */
  readonly invalid?: readonly InvalidResource[];
  /** Everything that is wrong with it, as far as was found while it was loaded. */
  readonly problems: readonly Diagnostic[];
  /** The project's own files that were loaded, relative to it. */
  readonly files: readonly string[];
}
