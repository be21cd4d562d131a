import { ACCESS_FIELDS } from "../../model/file-fields.ts";
import { either, record } from "../../model/composite-types.ts";
import { boolean, number, secretReference, text } from "../../model/option-types.ts";
import { InvalidOption } from "../../model/options.ts";
import { PATH } from "../../model/path-option.ts";
import { resource } from "../../model/resource.ts";

const LIMIT_TEMPLATE_CHARACTERS = 1024 * 1024;
const SHOWN_NAMES = 10;

/** Where a variable goes: its name in two pairs of braces. */
const PLACEHOLDER = /\{\{\s*([A-Za-z_]\w*)\s*\}\}/gu;

const VALUE = either(
  either(text({ mayBeEmpty: true }), number({ least: -Number.MAX_SAFE_INTEGER })),
  either(boolean(), secretReference()),
);

/**
 * A file that is made from a template: `{{ name }}` stands for the variable of that name.
 *
 * Without assertions, it must be there.
 *
 * @example
 * ```ts
 * new TemplateFileResource({
 *   name: "app-config",
 *   path: "/etc/app.ini",
 *   template: "port = {{ port }}\n",
 *   variables: { port: 8080 },
 * });
 * ```
 */
export class TemplateFileResource extends resource({
  kind: "template-file",
  name: "TemplateFileResource",
  summary: "A file that is made from a template.",
  fields: {
    path: PATH.required("The file; what is relative is relative to the project."),
    template: text({ most: LIMIT_TEMPLATE_CHARACTERS, mayBeEmpty: true }).optional(
      "What it holds, with {{ name }} where the variable of that name goes; only looked at when left out.",
    ),
    variables: record(VALUE).or(
      {},
      "What goes there: text, numbers, true or false, secret references.",
    ),
    ...ACCESS_FIELDS,
  },
  checkIntervalSeconds: 300,
  target: ({ path, template, variables }) => {
    const names = new Set([...(template ?? "").matchAll(PLACEHOLDER)].map(([, name = ""]) => name));
    const missing = [...names].filter((name) => !Object.hasOwn(variables, name));
    if (missing.length === 0) return { path };
    throw new InvalidOption(`must hold what its template uses: ${listed(missing)}`, {
      property: "variables",
      code: "option-missing",
    });
  },
  builtIn: ({ path }) => [{ kind: "file-exists", parameters: { path } }],
  sample: { path: "/etc/app.ini", template: "port = {{ port }}\n", variables: { port: 8080 } },
}) {}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN_NAMES).join(", ");
  return names.length > SHOWN_NAMES
    ? `${shown} and ${String(names.length - SHOWN_NAMES)} more`
    : shown;
}
