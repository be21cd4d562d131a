import { curlCommand } from "../src/api/curl.ts";
import type { JsonSchema, NamedSchemas } from "../src/api/json-schema.ts";
import type { ApiResponse, OpenApiDocument, Operation } from "../src/api/openapi-types.ts";
import { openApiDocument } from "../src/api/openapi.ts";
import { defaultText, propertyTexts, typeText, type Writing } from "../src/api/schema-text.ts";

/** One endpoint, with where it is. */
interface Endpoint {
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
}

const URL = "https://status.example.org";

const INTRODUCTION = `A running server shows the same, for itself, at \`/api/docs\`, and for programs at \`/api/openapi.json\`.

From TypeScript, \`clockwork/client\` has a function for each endpoint, by the name that stands before the colon below, and \`follow\` for what happens. All that is sent and answered is typed, and what is refused is a \`ProblemError\` with a \`status\` and a stable \`code\`:

\`\`\`ts
import { createClient, ProblemError } from "clockwork/client";

const client = createClient({ url: "http://127.0.0.1:5000" });

export async function pauseWhatFails(project: string): Promise<void> {
  const { resources } = await client.resources({ query: { project, health: "unhealthy" } });
  for (const { name } of resources) {
    const params = { project, resource: name, kind: "pause" } as const;
    await client.holdResource({ params, body: { forSeconds: 600, comment: "deploying" } });
  }
}

export async function tell(): Promise<void> {
  try {
    for await (const { event } of client.follow()) console.log(event.project, event.text);
  } catch (error) {
    if (error instanceof ProblemError) console.error(error.status, error.code);
  }
}
\`\`\`

It asks with the \`fetch\` that it is given, and with that of Node or of the browser otherwise; one that brings a client certificate along is given to it as \`fetch\`.`;

/**
 * Writes the reference of the HTTP API, from the contract by which it is answered.
 *
 * @param notice - What stands above.
 * @returns Markdown.
 */
export function httpReference(notice: string): string {
  const document = openApiDocument({ version: "", url: URL });
  const { info, tags, components } = document;
  const endpoints = endpointsOf(document);
  const sections = tags.map(({ name }) => {
    const own = endpoints.filter(({ operation }) => operation.tags.includes(name));
    return [`## ${name}`, ...own.map((endpoint) => endpointText(endpoint, document))].join("\n\n");
  });
  const schemas = Object.entries(components.schemas).map(([name, schema]) =>
    [
      `### Schema ${name}`,
      schema.description ?? "",
      propertiesTable(schema, components.schemas),
    ].join("\n\n"),
  );
  const parts = [
    `<!-- ${notice} -->`,
    "# The HTTP API",
    info.description,
    INTRODUCTION,
    overview(endpoints),
    ...sections,
    "## Schemas",
    ...schemas,
  ];
  return `${parts.join("\n\n")}\n`;
}

function endpointsOf({ paths }: OpenApiDocument): readonly Endpoint[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      operation,
      method: method.toUpperCase(),
      path,
    })),
  );
}

function overview(endpoints: readonly Endpoint[]): string {
  const rows = endpoints.map(
    ({ operation, method, path }) =>
      `| \`${method} ${path}\` | ${roleText(operation)} | [${operation.summary}](#${slug(headingOf(operation))}) |`,
  );
  return ["| endpoint | role | |", "| --- | --- | --- |", ...rows].join("\n");
}

function headingOf({ operationId, summary }: Operation): string {
  return `${operationId}: ${summary.slice(0, 1).toLowerCase()}${summary.slice(1)}`;
}

function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/gu, "")
    .replaceAll(" ", "-");
}

function roleText(operation: Operation): string {
  const role = operation["x-clockwork-role"];
  return role === "open" ? "open to all" : role;
}

function endpointText({ operation, method, path }: Endpoint, document: OpenApiDocument): string {
  const { schemas } = document.components;
  const [text = ""] = operation.description.split("\n\n");
  const sent = operation.requestBody?.content["application/json"];
  const parts = [
    `### ${headingOf(operation)}`,
    `\`${method} ${path}\` (${roleText(operation)})`,
    text,
    operation.parameters.length === 0 ? "" : parametersTable(operation),
    sent === undefined ? "" : `As JSON it takes:\n\n${propertiesTable(sent.schema, schemas)}`,
    ...answersText(operation.responses, schemas),
    `\`\`\`sh\n${curlCommand(operation, { method, path, url: URL })}\n\`\`\``,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function parametersTable({ parameters }: Operation): string {
  const rows = parameters.map(({ name, in: place, required, description = "", schema }) => {
    const where = required ? place : `${place}, optional`;
    const note = `${description}${defaultText({ ...schema, description })}`;
    return `| \`${name}\` | ${where} | ${typeText(schema, WRITING)} | ${cell(note)} |`;
  });
  return ["| parameter | where | type | |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function propertiesTable(schema: JsonSchema, named: NamedSchemas): string {
  const rows = propertyTexts(schema, named, WRITING).map(
    ({ name, type, isRequired, description }) =>
      `| \`${name}\` | ${type}${isRequired ? "" : " (optional)"} | ${cell(description)} |`,
  );
  return ["| property | type | |", "| --- | --- | --- |", ...rows].join("\n");
}

// The problems that all endpoints have are listed once, with their schema.
function answersText(responses: Operation["responses"], named: NamedSchemas): readonly string[] {
  const own = Object.entries(responses).flatMap(([status, response]) =>
    "$ref" in response ? [] : [{ status, response }],
  );
  const lines = own.map(({ status, response }) => answerLine(status, response));
  const inline = own
    .filter(({ status }) => status.startsWith("2"))
    .flatMap(({ response }) => Object.values(response.content ?? {}))
    .flatMap(({ schema }) =>
      schema.properties === undefined ? [] : [propertiesTable(schema, named)],
    );
  return [lines.join("\n"), ...inline];
}

function answerLine(
  status: string,
  response: Exclude<ApiResponse, { readonly $ref: string }>,
): string {
  const types = Object.entries(response.content ?? {})
    .filter(([mediaType]) => mediaType !== "application/problem+json")
    .map(([mediaType, { schema }]) => `\`${mediaType}\` ${typeText(schema, WRITING)}`);
  const what = types.length === 0 ? "" : ` ${types.join("; ")}`;
  return `- **${status}** ${response.description}${what}`;
}

const WRITING: Writing = {
  link: (name) => `[${name}](#${slug(`Schema ${name}`)})`,
  code: (text) => `\`${text}\``,
  plain: (text) => text,
};

function cell(text: string): string {
  return text.replaceAll("|", String.raw`\|`);
}
