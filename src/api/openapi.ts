import { exampleOf } from "./example.ts";
import { describeSchema, type Described, type JsonSchema } from "./json-schema.ts";
import { responsesOf, SHARED_RESPONSES } from "./openapi-responses.ts";
import type {
  Components,
  OpenApiDocument,
  Operation,
  Parameter,
  PathItem,
} from "./openapi-types.ts";
import { TAGS, type Route } from "./route.ts";
import { ROUTES } from "./routes.ts";
import { problem } from "./schemas/service.ts";

/** What the document says of the server. */
export interface OpenApiOptions {
  /** Of Clockwork. */
  readonly version: string;
  /** Where the server is, with its base path. */
  readonly url: string;
}

/** The name of the way to say who one is. */
const CERTIFICATE = "clientCertificate";

/**
 * Describes all endpoints, from the very contract by which they are answered.
 *
 * @param options - What is said of the server.
 * @returns An OpenAPI 3.1 document.
 */
export function openApiDocument({ version, url }: OpenApiOptions): OpenApiDocument {
  const { paths, components } = contract();
  return {
    openapi: "3.1.0",
    info: {
      title: "Clockwork",
      version,
      summary: "Health as code.",
      description: DESCRIPTION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url }],
    tags: TAGS.map((name) => ({ name })),
    security: [{ [CERTIFICATE]: [] }],
    paths,
    components,
  };
}

const DESCRIPTION = `What Clockwork watches, and what can be done about it.

Every moment is in ISO 8601 with its zone. What is refused is told as a problem (RFC 9457) with a stable \`code\`. What an answer holds may become more: leave aside what you do not know. What is sent must hold nothing else.

Who asks is told by a client certificate, or is the local user where there is no TLS. A \`reader\` reads; a \`user\` also checks, holds and repairs; an \`admin\` does everything.`;

type Contract = Pick<OpenApiDocument, "paths" | "components">;

let made: Contract | null = null;

// The contract does not change while the process runs.
function contract(): Contract {
  made ??= contractFrom(ROUTES);
  return made;
}

function contractFrom(routes: Readonly<Record<string, Route>>): Contract {
  const schemas: Record<string, JsonSchema> = {};
  const paths: Record<string, PathItem> = {};
  const collect = ({ schema, named }: Described): JsonSchema => {
    Object.assign(schemas, named);
    return schema;
  };
  collect(describeSchema(problem, "output"));
  for (const [operationId, route] of Object.entries(routes)) {
    const operation = operationOf(operationId, route, collect);
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation };
  }
  return { paths, components: componentsWith(schemas) };
}

function componentsWith(schemas: Components["schemas"]): Components {
  return {
    schemas: Object.fromEntries(
      Object.entries(schemas).sort(([one], [other]) => (one < other ? -1 : 1)),
    ),
    responses: SHARED_RESPONSES,
    securitySchemes: {
      [CERTIFICATE]: {
        type: "mutualTLS",
        description:
          "An X.509 certificate, from which rules draw a role: `reader`, `user` or `admin`.",
      },
    },
  };
}

type Collect = (described: Described) => JsonSchema;

function operationOf(operationId: string, route: Route, collect: Collect): Operation {
  const { tag, summary, access, body } = route;
  const isOpen = access === "open";
  const security = isOpen ? [] : [{ [CERTIFICATE]: [access] }];
  const sent: Pick<Operation, "requestBody"> =
    body === null ? {} : { requestBody: requestBodyOf(body, collect) };
  return {
    operationId,
    tags: [tag],
    summary,
    description: `${route.description}\n\n${isOpen ? "Open to all." : `Role: \`${access}\`.`}`,
    security,
    "x-clockwork-role": access,
    parameters: [
      ...parametersOf(route.params, "path", collect),
      ...parametersOf(route.query, "query", collect),
      ...(route.answer.type === "events" ? [LAST_EVENT_ID] : []),
    ],
    ...sent,
    responses: responsesOf(route, collect),
  };
}

function requestBodyOf(
  body: NonNullable<Route["body"]>,
  collect: Collect,
): NonNullable<Operation["requestBody"]> {
  const described = describeSchema(body, "input");
  const schema = collect(described);
  const example = exampleOf(schema, described.named);
  const required = (schema.required ?? []).length > 0;
  return { required, content: { "application/json": { schema, example } } };
}

function parametersOf(
  schema: Route["params"],
  place: "path" | "query",
  collect: Collect,
): readonly Parameter[] {
  const { properties = {}, required = [] } = collect(describeSchema(schema, "input"));
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
    ...(place === "path" ? { example: exampleOf(rest, {}) } : {}),
  }));
}

const LAST_EVENT_ID: Parameter = {
  name: "Last-Event-ID",
  in: "header",
  required: false,
  description: "Of a stream: it goes on after this one. Browsers send it by themselves.",
  schema: { type: "string", examples: ["7"] },
};
