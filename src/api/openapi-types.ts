import type { JsonSchema, NamedSchemas } from "./json-schema.ts";
import type { Access } from "./route.ts";

/** What an answer or a request holds, in one media type. */
export interface MediaType {
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

/** One parameter. */
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

/** An answer, or where it stands. */
export type ApiResponse =
  | {
      readonly description: string;
      readonly content?: Readonly<Record<string, MediaType>>;
    }
  | { readonly $ref: string };

/** One endpoint. */
export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  /** Who may ask, for programs. */
  readonly "x-clockwork-role": Access;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, MediaType>>;
  };
  readonly responses: Readonly<Record<string, ApiResponse>>;
}

/** The endpoints of one path, by their method in lower case. */
export type PathItem = Readonly<Record<string, Operation>>;

/** What other parts refer to. */
export interface Components {
  readonly schemas: NamedSchemas;
  readonly responses: Readonly<Record<string, ApiResponse>>;
  readonly securitySchemes: Readonly<
    Record<string, { readonly type: "mutualTLS"; readonly description: string }>
  >;
}

/** An OpenAPI document, as far as the contract needs it. */
export interface OpenApiDocument {
  readonly openapi: "3.1.0";
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly summary: string;
    readonly description: string;
    readonly license: { readonly name: string; readonly identifier: string };
  };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: Components;
}
