import { either, record } from "./composite-types.ts";
import { OptionType } from "./option-type.ts";
import { secretReference, text } from "./option-types.ts";
import { InvalidOption, shownKey } from "./options.ts";
import { isSecretName } from "./secret-name.ts";
import type { SecretReference } from "./secret.ts";

type Variables<T = string | SecretReference> = Readonly<Record<string, T>>;

const VARIABLES = record(either(text({ mayBeEmpty: true }), secretReference()));

/** It says whether there is a secret, and is none. */
const SWITCH = /^(?:|0|1|true|false|yes|no|on|off)$/iu;

/**
 * Variables of an environment: text, or where a secret is. What a variable named like a secret is set to must be one, unless
 * it is empty or only says yes or no.
 */
export const ENVIRONMENT = new OptionType<Variables, Variables>(VARIABLES.label, (value) => {
  const variables = VARIABLES.read(value);
  for (const [name, entry] of Object.entries(variables)) {
    if (typeof entry !== "string" || SWITCH.test(entry) || !isSecretName(name)) continue;
    throw new InvalidOption("must be a secret, as plans and reports are no place for one", {
      property: shownKey(name),
      hint: `write secret.env("${name}"), the variable of Clockwork's own environment that holds it`,
    });
  }
  return variables;
});

/** An environment that was looked up. */
export interface ResolvedEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** The secrets among them: nothing that is shown may hold them. */
  readonly secrets: readonly string[];
}

/**
 * Looks up the secrets of a command's environment.
 *
 * @param environment - Text, and where secrets are; null for none.
 * @param resolve - Looks one secret up.
 * @returns The environment, and which secrets it holds.
 * @throws Whatever `resolve` throws.
 */
export async function resolveEnvironment(
  environment: Readonly<Record<string, string | SecretReference>> | null,
  resolve: (reference: SecretReference) => Promise<string>,
): Promise<ResolvedEnvironment> {
  const secrets: string[] = [];
  const entries = Object.entries(environment ?? {}).map(async ([name, value]) => {
    if (typeof value === "string") return [name, value] as const;
    const secret = await resolve(value);
    secrets.push(secret);
    return [name, secret] as const;
  });
  return { variables: Object.fromEntries(await Promise.all(entries)), secrets };
}
