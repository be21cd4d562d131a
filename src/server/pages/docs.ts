import { curlCommand } from "../../api/curl.ts";
import type { JsonSchema, NamedSchemas } from "../../api/json-schema.ts";
import type {
  ApiResponse,
  MediaType,
  OpenApiDocument,
  Operation,
} from "../../api/openapi-types.ts";
import { defaultText, propertyTexts, typeText, type Writing } from "../../api/schema-text.ts";
import { Html, markup, when } from "./html.ts";
import { pageFrom, type PageAnswer } from "./layout.ts";
import { DOCS_STYLE, STYLE } from "./style.ts";

/** One endpoint, with where it is. */
interface Endpoint {
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
}

/**
 * Writes the documentation of the API for people, from its description for programs.
 *
 * @param document - The description.
 * @returns One page.
 */
export function docsPage(document: OpenApiDocument): PageAnswer {
  const { info, tags, components } = document;
  const [server] = document.servers;
  const url = server?.url ?? "";
  const endpoints = endpointsOf(document);
  const ofTag = (name: string): readonly Endpoint[] =>
    endpoints.filter(({ operation }) => operation.tags.includes(name));
  const body = markup`<div class="docs">
    <nav aria-label="Contents">
      <a href="${url}/"><strong>Clockwork ${info.version}</strong></a>
      ${tags.map(({ name }) => navSection(name, ofTag(name)))}
      <h2><a href="#about-schemas">Schemas</a></h2>
    </nav>
    <main>
      <header>
        <h1>The HTTP API of Clockwork</h1>
        ${paragraphs(info.description)}
        <p>
          It is served at <code>${url}</code>. Programs read
          <a href="${url}/api/openapi.json">the same as OpenAPI</a>.
        </p>
      </header>
      ${tags.map(({ name }) => section(name, ofTag(name), { url, document }))}
      <h2 id="about-schemas">Schemas</h2>
      ${Object.entries(components.schemas).map(([name, schema]) => schemaCard(name, schema, components.schemas))}
    </main>
  </div>`;
  return pageFrom({ title: "Clockwork: the HTTP API", style: `${STYLE}${DOCS_STYLE}`, body });
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

function navSection(name: string, endpoints: readonly Endpoint[]): Html {
  const entries = endpoints.map(
    ({ operation }) =>
      markup`<li><a href="#${operation.operationId}">${operation.summary}</a></li> `,
  );
  return markup`<h2><a href="#about-${name.toLowerCase()}">${name}</a></h2>
    <ul>
      ${entries}
    </ul> `;
}

interface Context {
  readonly url: string;
  readonly document: OpenApiDocument;
}

function section(name: string, endpoints: readonly Endpoint[], context: Context): Html {
  const cards = endpoints.map((endpoint) => endpointCard(endpoint, context));
  return markup`<h2 id="about-${name.toLowerCase()}">${name}</h2>
    ${cards}`;
}

function endpointCard({ operation, method, path }: Endpoint, { url, document }: Context): Html {
  const { operationId, summary, parameters, requestBody, responses } = operation;
  const { schemas } = document.components;
  const role = operation["x-clockwork-role"];
  const [text = ""] = operation.description.split("\n\n");
  const sent = requestBody?.content["application/json"];
  return markup`<section class="card" id="${operationId}">
    <h3><a href="#${operationId}">${summary}</a></h3>
    <div class="where">
      <span class="method ${method.toLowerCase()}">${method}</span><code>${path}</code>
      <span class="tag">${role === "open" ? "open to all" : `role ${role}`}</span>
    </div>
    <p>${marked(text)}</p>
    ${when(parameters.length > 0, () => parametersTable(operation))}
    ${when(
      sent !== undefined,
      () =>
        markup`<h4>Body, as JSON</h4>
          ${propertiesTable(sent?.schema ?? {}, schemas)}`,
    )}
    <h4>Answers</h4>
    ${answersTable(responses, document)}
    <details>
      <summary>Example</summary>
      <pre><code>${curlCommand(operation, { method, path, url })}</code></pre>
      ${examplesOf(responses)}
    </details>
  </section> `;
}

function parametersTable({ parameters }: Operation): Html {
  const rows = parameters.map(({ name, in: place, required, description = "", schema }) => {
    const type = new Html(typeText(schema, WRITING));
    const given = defaultText({ ...schema, description });
    const where = required ? place : `${place}, optional`;
    return markup`<tr>
      <td><code>${name}</code></td>
      <td class="soft">${where}</td>
      <td>${type}</td>
      <td>${marked(`${description}${given}`)}</td>
    </tr> `;
  });
  return markup`<h4>Parameters</h4>
    <div class="scroll">
      <table>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>`;
}

function propertiesTable(schema: JsonSchema, named: NamedSchemas): Html {
  const rows = propertyTexts(schema, named, WRITING).map(
    ({ name, type, isRequired, description }) =>
      markup`<tr>
        <td><code>${name}</code></td>
        <td>${new Html(type)}${isRequired ? "" : markup` <span class="soft">(optional)</span>`}</td>
        <td>${marked(description)}</td>
      </tr> `,
  );
  return markup`<div class="scroll">
    <table>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function answersTable(responses: Operation["responses"], { components }: OpenApiDocument): Html {
  const rows = Object.entries(responses).map(([status, response]) => {
    const { description, content = {} } = resolved(response, components.responses);
    const types = Object.entries(content)
      .filter(isNoProblem)
      .map(
        ([mediaType, { schema }]) =>
          markup`<div><code>${mediaType}</code> ${new Html(typeText(schema, WRITING))}</div>`,
      );
    return {
      status,
      row: markup`<tr>
        <td><strong>${status}</strong></td>
        <td>${marked(description)}</td>
        <td>${types}</td>
      </tr> `,
    };
  });
  const isWell = (status: string): boolean => status.startsWith("2");
  const well = rows.filter(({ status }) => isWell(status)).map(({ row }) => row);
  const others = rows.filter(({ status }) => !isWell(status)).map(({ row }) => row);
  const table = (lines: readonly Html[]): Html =>
    markup`<div class="scroll">
      <table>
        <tbody>
          ${lines}
        </tbody>
      </table>
    </div>`;
  return markup`${table(well)} ${inlineAnswers(responses, components.schemas)}
    <details>
      <summary>Problems</summary>
      <p class="soft">
        Each of them is a <a href="#schema-Problem">Problem</a>, as
        <code>application/problem+json</code>.
      </p>
      ${table(others)}
    </details>`;
}

// All problems are of one kind.
function isNoProblem([mediaType]: readonly [string, MediaType]): boolean {
  return mediaType !== "application/problem+json";
}

// What has no name of its own is shown where it is answered.
function inlineAnswers(responses: Operation["responses"], named: NamedSchemas): readonly Html[] {
  return Object.entries(responses)
    .filter(([status]) => status.startsWith("2"))
    .flatMap(([, response]) => ("$ref" in response ? [] : Object.values(response.content ?? {})))
    .flatMap(({ schema }) =>
      schema.properties === undefined ? [] : [propertiesTable(schema, named)],
    );
}

type Inline = Exclude<ApiResponse, { readonly $ref: string }>;

function resolved(response: ApiResponse, shared: Readonly<Record<string, ApiResponse>>): Inline {
  if (!("$ref" in response)) return response;
  const target = shared[response.$ref.slice(response.$ref.lastIndexOf("/") + 1)];
  return target === undefined || "$ref" in target ? { description: "" } : target;
}

function examplesOf(responses: Operation["responses"]): readonly Html[] {
  return Object.entries(responses)
    .filter(([status]) => status.startsWith("2"))
    .flatMap(([, response]) => ("$ref" in response ? [] : Object.entries(response.content ?? {})))
    .flatMap(([mediaType, media]) => exampleOf(mediaType, media));
}

function exampleOf(mediaType: string, { example }: MediaType): readonly Html[] {
  if (example === undefined) return [];
  const text = typeof example === "string" ? example : JSON.stringify(example, null, 2);
  return [
    markup`<p class="soft"><code>${mediaType}</code></p>
      <pre><code>${text}</code></pre> `,
  ];
}

function schemaCard(name: string, schema: JsonSchema, named: NamedSchemas): Html {
  return markup`<section class="card" id="schema-${name}">
    <h3><a href="#schema-${name}">${name}</a></h3>
    <p>${marked(schema.description ?? "")}</p>
    ${propertiesTable(schema, named)}
  </section> `;
}

const WRITING: Writing = {
  link: (name) => markup`<a href="#schema-${name}">${name}</a>`.text,
  code: (text) => markup`<code>${text}</code>`.text,
  plain: (text) => markup`${text}`.text,
};

function paragraphs(text: string): readonly Html[] {
  return text.split("\n\n").map((paragraph) => markup`<p>${marked(paragraph)}</p> `);
}

// Of Markdown, descriptions use backticks alone.
function marked(text: string): readonly Html[] {
  return text
    .split("`")
    .map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : markup`${part}`));
}
