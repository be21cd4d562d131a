import { DeployError } from "../../model/deploy-errors.ts";
import { canonicalJson, type JsonObject } from "../../model/json.ts";
import { shownBytes } from "../../model/bytes.ts";
import type { LifecycleScope, Subject } from "../../model/lifecycle.ts";
import type { SecretReference } from "../../model/secret.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { Secrets } from "../../ports/secrets.ts";
import { contentDifference, LIMIT_FILE_BYTES, type FileContent } from "./file-content.ts";
import type { FileOptions } from "./file-options.ts";

/** Where a variable goes: its name in two pairs of braces. */
export const PLACEHOLDER = /\{\{\s*([A-Za-z_]\w*)\s*\}\}/gu;

/** What may go there. */
export type TemplateValue = string | number | boolean | SecretReference;

/** Options of a file that is made from a template. */
export type TemplateOptions = FileOptions & {
  readonly template: string | null;
  readonly variables: Readonly<Record<string, TemplateValue>>;
};

/**
 * Sums up a template with what goes into it, secrets as references: the text itself is made late, and never kept.
 *
 * @param options - The template, and its variables.
 * @param _world - The world.
 * @param scope - Where it is kept.
 * @returns Its SHA-256.
 */
export function resolveTemplate(
  { template, variables }: TemplateOptions,
  _world: DeployWorld,
  scope: LifecycleScope,
): Promise<JsonObject> {
  const text = canonicalJson({ template, variables });
  return Promise.resolve({ sha256: scope.keep(new TextEncoder().encode(text)) });
}

/**
 * Tells what a file should hold that is made from a template.
 *
 * @param subject - The file.
 * @param world - Where secrets are.
 * @returns The content: rendered afresh each time, so that a secret that was exchanged is seen.
 */
export function contentOfTemplate(
  { parameters: { template, variables } }: Subject<TemplateOptions>,
  world: DeployWorld,
): FileContent {
  const bytes = async (): Promise<Uint8Array> =>
    new TextEncoder().encode(await renderTemplate(template ?? "", variables, world.secrets));
  const references = secretsIn(template ?? "", variables);
  return {
    isSecret: references.length > 0,
    secrets: () =>
      Promise.all(
        references.map(async ([name, reference]) => ({
          name,
          bytes: new TextEncoder().encode(await world.secrets.resolve(reference)),
        })),
      ),
    bytes,
    difference: async (folder, name) => {
      const wanted = await bytes();
      const live = await folder.read(name, LIMIT_FILE_BYTES);
      return contentDifference(live ?? new Uint8Array(), wanted);
    },
  };
}

/**
 * Puts variables into a template.
 *
 * @param template - The text, `{{ name }}` where a variable goes.
 * @param variables - What goes there.
 * @param secrets - Where secrets are looked up, each once.
 * @returns The text. What is put in is not looked at again.
 * @throws {@link DeployError} When it becomes too large.
 * @throws {@link ObservationError} When a secret is not there.
 */
export async function renderTemplate(
  template: string,
  variables: Readonly<Record<string, TemplateValue>>,
  secrets: Pick<Secrets, "resolve">,
): Promise<string> {
  const values = new Map<string, string>();
  for (const name of namesIn(template)) {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined) continue;
    values.set(name, isReference(value) ? await secrets.resolve(value) : String(value));
  }
  let length = 0;
  return template.replace(PLACEHOLDER, (whole, name: string) => {
    const text = values.get(name) ?? whole;
    length += text.length;
    if (length + template.length <= LIMIT_FILE_BYTES) return text;
    throw new DeployError(`the template makes more than ${shownBytes(LIMIT_FILE_BYTES)}`);
  });
}

function secretsIn(
  template: string,
  variables: Readonly<Record<string, TemplateValue>>,
): readonly (readonly [name: string, reference: SecretReference])[] {
  return namesIn(template).flatMap((name) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return value !== undefined && isReference(value) ? [[name, value] as const] : [];
  });
}

function namesIn(template: string): readonly string[] {
  return [...new Set([...template.matchAll(PLACEHOLDER)].map(([, name = ""]) => name))];
}

function isReference(value: TemplateValue): value is SecretReference {
  return typeof value === "object";
}
