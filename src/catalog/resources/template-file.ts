import { ACCESS_FIELDS } from "../../model/file-fields.ts";
import { either, record } from "../../model/composite-types.ts";
import type { LifecycleDefinition } from "../../model/lifecycle.ts";
import { boolean, number, secretReference, text } from "../../model/option-types.ts";
import { InvalidOption } from "../../model/options.ts";
import { PATH } from "../../model/path-option.ts";
import { resource } from "../../model/resource.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { fileLifecycle } from "../lifecycles/file-lifecycle.ts";
import { contentOfTemplate, PLACEHOLDER, resolveTemplate } from "../lifecycles/file-template.ts";

const LIMIT_TEMPLATE_CHARACTERS = 1024 * 1024;
const SHOWN_NAMES = 10;

const VALUE = either(
  either(text({ mayBeEmpty: true }), number({ least: -Number.MAX_SAFE_INTEGER })),
  either(boolean(), secretReference()),
);

const FIELDS = {
  path: PATH.required("The file; what is relative is relative to the project."),
  template: text({ most: LIMIT_TEMPLATE_CHARACTERS, mayBeEmpty: true }).optional(
    "What it holds, with {{ name }} where the variable of that name goes; only looked at when left out.",
  ),
  variables: record(VALUE).or(
    {},
    "What goes there: text, numbers, true or false, secret references.",
  ),
  ...ACCESS_FIELDS,
};

const LIFECYCLE: LifecycleDefinition<typeof FIELDS, DeployWorld> = {
  ...fileLifecycle("template-file", contentOfTemplate),
  isManaged: ({ template }) => template !== null,
  resolve: resolveTemplate,
};

/**
 * A file that is made from a template: `{{ name }}` stands for the variable of that name.
 *
 * Secrets are looked up when it is written, and kept nowhere else. Unless its mode is declared, nobody but its owner may read a
 * new file that holds any.
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
  fields: FIELDS,
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
  lifecycle: LIFECYCLE,
  sample: { path: "/etc/app.ini", template: "port = {{ port }}\n", variables: { port: 8080 } },
}) {}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN_NAMES).join(", ");
  return names.length > SHOWN_NAMES
    ? `${shown} and ${String(names.length - SHOWN_NAMES)} more`
    : shown;
}
