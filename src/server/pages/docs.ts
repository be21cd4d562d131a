import { curlCommand } from "../../api/curl.ts";
import type { JsonSchema, NamedSchemas } from "../../api/json-schema.ts";
import type {
  ApiResponse,
  MediaType,
  OpenApiDocument,
  Operation,
} from "../../api/openapi-types.ts";
import { propertyTexts, typeText, type Writing } from "../../api/schema-text.ts";
import { Html, html, when } from "./html.ts";
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
  const body = html`<div class="docs">
    <nav aria-label="Contents">
      <a href="${url}/"><strong>Clockwork ${info.version}</strong></a>
      ${tags.map(({ name }) => navSection(name, ofTag(name)))}
      <h2><a href="#schemas">Schemas</a></h2>
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
      <h2 id="schemas">Schemas</h2>
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
    ({ operation }) => html`<li><a href="#${operation.operationId}">${operation.summary}</a></li> `,
  );
  return html`<h2><a href="#${name.toLowerCase()}">${name}</a></h2>
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
  return html`<h2 id="${name.toLowerCase()}">${name}</h2>
    ${cards}`;
}

function endpointCard({ operation, method, path }: Endpoint, { url, document }: Context): Html {
  const { operationId, summary, parameters, requestBody, responses } = operation;
  const { schemas } = document.components;
  const role = operation["x-clockwork-role"];
  const [text = ""] = operation.description.split("\n\n");
  const sent = requestBody?.content["application/json"];
  return html`<section class="card" id="${operationId}">
    <h3><a href="#${operationId}">${summary}</a></h3>
    <div class="where">
      <span class="method ${method.toLowerCase()}">${method}</span><code>${path}</code
      ><span class="tag">${role === "open" ? "open to all" : `role ${role}`}</span>
    </div>
    <p>${marked(text)}</p>
    ${when(parameters.length > 0, () => parametersTable(operation))}
    ${when(
      sent !== undefined,
      () =>
        html`<h4>Body, as JSON</h4>
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
    const usual = schema.default ?? null;
    const given = usual === null ? "" : ` ${JSON.stringify(usual)} by default.`;
    const where = required ? place : `${place}, optional`;
    return html`<tr>
      <td><code>${name}</code></td>
      <td class="soft">${where}</td>
      <td>${type}</td>
      <td>${marked(`${description}${isSaid(description) ? "" : given}`)}</td>
    </tr> `;
  });
  return html`<h4>Parameters</h4>
    <div class="scroll">
      <table>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>`;
}

// Some descriptions tell the default by themselves.
function isSaid(description: string): boolean {
  return description.includes("by default");
}

function propertiesTable(schema: JsonSchema, named: NamedSchemas): Html {
  const rows = propertyTexts(schema, named, WRITING).map(
    ({ name, type, isRequired, description }) =>
      html`<tr>
        <td><code>${name}</code></td>
        <td>${new Html(type)}${isRequired ? "" : html` <span class="soft">(optional)</span>`}</td>
        <td>${marked(description)}</td>
      </tr> `,
  );
  return html`<div class="scroll">
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
    const types = Object.entries(content).map(
      ([mediaType, { schema }]) =>
        html`<div><code>${mediaType}</code> ${new Html(typeText(schema, WRITING))}</div>`,
    );
    return {
      status,
      row: html`<tr>
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
    html`<div class="scroll">
      <table>
        <tbody>
          ${lines}
        </tbody>
      </table>
    </div>`;
  return html`${table(well)}
    <details>
      <summary>Problems</summary>
      ${table(others)}
    </details>`;
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
    html`<p class="soft"><code>${mediaType}</code></p>
      <pre><code>${text}</code></pre> `,
  ];
}

function schemaCard(name: string, schema: JsonSchema, named: NamedSchemas): Html {
  return html`<section class="card" id="schema-${name}">
    <h3><a href="#schema-${name}">${name}</a></h3>
    <p>${marked(schema.description ?? "")}</p>
    ${propertiesTable(schema, named)}
  </section> `;
}

const WRITING: Writing = {
  link: (name) => html`<a href="#schema-${name}">${name}</a>`.text,
  code: (text) => html`<code>${text}</code>`.text,
  plain: (text) => html`${text}`.text,
};

function paragraphs(text: string): readonly Html[] {
  return text.split("\n\n").map((paragraph) => html`<p>${marked(paragraph)}</p> `);
}

// Of Markdown, descriptions use backticks alone.
function marked(text: string): readonly Html[] {
  return text
    .split("`")
    .map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}
