/** Where a secret is, never the secret itself: the only thing that password-like options accept. */
export type SecretReference = { readonly secretEnv: string } | { readonly secretFile: string };

/** Says where a secret is. */
export const secret = {
  /**
   * A secret in an environment variable of the process that uses it.
   *
   * @param name - The variable, such as `DB_PASSWORD`.
   * @returns A reference; the value is read as late as possible.
   */
  env: (name: string): SecretReference => ({ secretEnv: name }),
  /**
   * A secret in a file; a newline at its end is no part of it.
   *
   * @param path - The file, relative to the project, such as `/run/secrets/db`.
   * @returns A reference; the file is read as late as possible.
   */
  file: (path: string): SecretReference => ({ secretFile: path }),
} as const;

/**
 * Names a secret for a message.
 *
 * @param reference - Where it is.
 * @returns `environment variable DB_PASSWORD`, `file /run/secrets/db`.
 */
export function describeSecret(reference: SecretReference): string {
  return "secretEnv" in reference
    ? `environment variable ${reference.secretEnv}`
    : `file ${reference.secretFile}`;
}
