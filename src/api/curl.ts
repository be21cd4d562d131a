import type { Operation } from "./openapi-types.ts";

/**
 * Writes how an endpoint is asked on a command line.
 *
 * @param operation - The endpoint.
 * @param target - Its method and path, and where the server is.
 * @returns One command for a POSIX shell.
 */
export function curlCommand(
  operation: Operation,
  { method, path, url }: { readonly method: string; readonly path: string; readonly url: string },
): string {
  const filled = path.replaceAll(/\{(\w+)\}/gu, (_, name: string) => {
    const parameter = operation.parameters.find((each) => each.in === "path" && each.name === name);
    return encodeURIComponent(textOf(parameter?.example ?? name));
  });
  const required = operation.parameters.filter((each) => each.in === "query" && each.required);
  const query = required
    .map(({ name, schema }) => `${name}=${encodeURIComponent(textOf(schema.examples?.[0] ?? ""))}`)
    .join("&");
  const content = operation.requestBody?.content["application/json"];
  const parts = [
    "curl",
    ...(url.startsWith("https:") && operation.security.length > 0
      ? ["--cert me.crt --key me.key"]
      : []),
    ...(method === "GET" || content !== undefined ? [] : [`--request ${method}`]),
    ...(content === undefined ? [] : [`--json ${quoted(JSON.stringify(content.example))}`]),
    quoted(`${url}${filled}${query === "" ? "" : `?${query}`}`),
  ];
  return parts.join(" ");
}

// Parameters are text, numbers and words.
function textOf(example: unknown): string {
  return typeof example === "string" ? example : JSON.stringify(example);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
