import { exampleOf } from "./example.ts";
import { describeSchema, SCHEMAS, type Described, type JsonSchema } from "./json-schema.ts";
import type { ApiResponse, MediaType } from "./openapi-types.ts";
import type { Answer, Route } from "./route.ts";

/** Problems that endpoints may answer with, and when. */
const PROBLEMS = {
  BadRequest: [400, "request-invalid", "What was sent is not what is needed."],
  Unauthorized: [401, "unauthenticated", "No certificate came, or none that can be verified."],
  Forbidden: [403, "forbidden", "The role of who asks does not allow it."],
  NotFound: [404, "not-found", "There is no such project, resource, incident or version."],
  PayloadTooLarge: [413, "too-large", "The request is larger than what is read."],
  UnsupportedMediaType: [415, "type-unsupported", "The body is not JSON."],
  Misdirected: [421, "host-foreign", "The request names a host that this server is not."],
  TooManyRequests: [429, "too-many-requests", "The client asks too often, or too much at once."],
  InternalError: [500, "internal", "It failed, and that is a bug."],
  Unavailable: [503, "unavailable", "Not now: it starts or stops, or its state cannot be read."],
} as const;

type ProblemName = keyof typeof PROBLEMS;

const problemSchema: JsonSchema = { $ref: `${SCHEMAS}Problem` };

/** The problems that many endpoints share, by their name. */
export const SHARED_RESPONSES: Readonly<Record<string, ApiResponse>> = {
  ...Object.fromEntries(
    Object.entries(PROBLEMS).map(([name, [status, code, text]]) => [
      name,
      problemResponse(text, { status, code }),
    ]),
  ),
  Problem: problemResponse("Any other problem.", { status: 408, code: "too-slow" }),
};

type Collect = (described: Described) => JsonSchema;

/**
 * Describes what an endpoint answers.
 *
 * @param route - The endpoint.
 * @param collect - Takes the schemas that have names.
 * @returns By status.
 */
export function responsesOf(route: Route, collect: Collect): Readonly<Record<string, ApiResponse>> {
  const { answer, status = 200, otherStatuses = {}, problems = {} } = route;
  const content = contentOf(answer, collect);
  const usual = answer.type === "text" ? answer.description : "All right.";
  const responses: Record<string, ApiResponse> = {
    [String(status)]: { description: usual, content },
  };
  for (const name of sharedBy(route)) {
    responses[String(PROBLEMS[name][0])] = { $ref: `#/components/responses/${name}` };
  }
  for (const [code, text] of Object.entries(problems)) {
    responses[code] = problemResponse(text, { status: Number(code), code: "such-a-code" });
  }
  for (const [code, description] of Object.entries(otherStatuses)) {
    responses[code] = { description, content };
  }
  responses["default"] = { $ref: "#/components/responses/Problem" };
  return responses;
}

function sharedBy({ access, params, body }: Route): readonly ProblemName[] {
  return [
    "BadRequest",
    ...(access === "open" ? [] : (["Unauthorized", "Forbidden"] as const)),
    ...(Object.keys(params.shape).length === 0 ? [] : (["NotFound"] as const)),
    ...(body === null ? [] : (["PayloadTooLarge", "UnsupportedMediaType"] as const)),
    "Misdirected",
    "TooManyRequests",
    "InternalError",
    "Unavailable",
  ];
}

function problemResponse(
  description: string,
  { status, code }: { readonly status: number; readonly code: string },
): ApiResponse {
  const type = `urn:clockwork:problem:${code}`;
  const example = { type, title: description.replace(/\.$/u, ""), status, code };
  return {
    description,
    content: { "application/problem+json": { schema: problemSchema, example } },
  };
}

function contentOf(answer: Answer, collect: Collect): Readonly<Record<string, MediaType>> {
  if (answer.type === "text") {
    return { [answer.mediaType]: { schema: { type: "string" } } };
  }
  const described = describeSchema(answer.schema, "output");
  const schema = collect(described);
  const json = { schema, example: exampleOf(schema, described.named) };
  if (answer.type === "page") {
    return { "application/json": json, "text/html": { schema: { type: "string" } } };
  }
  if (answer.type === "json") return { "application/json": json };
  const event = describeSchema(answer.event, "output");
  const example = exampleOf(collect(event), event.named);
  return { "application/json": json, "text/event-stream": streamOf(example) };
}

function streamOf(event: unknown): MediaType {
  const description =
    "Server-sent events: each has an `id` to go on from, and holds an Event as JSON in `data`.";
  return {
    schema: { type: "string", description },
    example: `id: 7\ndata: ${JSON.stringify(event)}\n\n`,
  };
}
