import { either, record } from "./composite-types.ts";
import { secretReference, text } from "./option-types.ts";
import type { SecretReference } from "./secret.ts";

/** Variables of a command's environment: text, or where a secret is. */
export const ENVIRONMENT = record(either(text({ mayBeEmpty: true }), secretReference()));

/** An environment that was looked up. */
export interface ResolvedEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** Hides the secrets among them in what the command printed. */
  readonly redact: (output: string) => string;
}

/**
 * Looks up the secrets of a command's environment.
 *
 * @param environment - Text, and where secrets are; null for none.
 * @param resolve - Looks one secret up.
 * @returns The environment, and what hides its secrets.
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
    if (secret !== "") secrets.push(secret);
    return [name, secret] as const;
  });
  const variables = Object.fromEntries(await Promise.all(entries));
  // The longest first: a secret may be part of another one.
  const ordered = secrets.toSorted((one, other) => other.length - one.length);
  return {
    variables,
    redact: (output) => ordered.reduce((shown, secret) => shown.split(secret).join("***"), output),
  };
}
