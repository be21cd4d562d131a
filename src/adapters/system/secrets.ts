import { isUtf8 } from "node:buffer";
import { resolve } from "node:path";
import { ObservationError } from "../../model/errors.ts";
import { describeSecret, type SecretReference } from "../../model/secret.ts";
import { singleLine } from "../../model/text.ts";
import type { Secrets } from "../../ports/secrets.ts";
import { readBeginning } from "./file-content.ts";
import { asObservationError, isAbsent } from "./system-failure.ts";

const LIMIT_KIBIBYTES = 64;

/** Where secrets are looked for. */
export interface SystemSecretsOptions {
  /** The environment, `process.env` as a rule. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What relative paths are relative to. */
  readonly root: string;
}

/**
 * Secrets of this machine: variables of the environment, and files of at most 64 KiB.
 *
 * @param options - Environment and folder.
 * @returns Secrets, looked up afresh each time, so that a secret that was exchanged is seen.
 */
export function systemSecrets(options: SystemSecretsOptions): Secrets {
  const variable = (name: string): string => {
    const value: unknown = options.env[name];
    return typeof value === "string" ? value : "";
  };
  return {
    hasVariable: (name) => variable(name) !== "",
    resolve: async (reference) => {
      const isVariable = "secretEnv" in reference;
      const value = isVariable
        ? variable(reference.secretEnv)
        : await readSecret(reference, resolve(options.root, reference.secretFile));
      if (value !== "") return value;
      throw problem(reference, isVariable ? "it is not set, or empty" : "it is empty");
    },
  };
}

async function readSecret(reference: SecretReference, path: string): Promise<string> {
  const { bytes, isTruncated } = await readBeginning(path, LIMIT_KIBIBYTES * 1024).catch(
    (error: unknown) => {
      if (isAbsent(error)) throw problem(reference, "it is not there");
      throw asObservationError(`read a secret from ${describeSecret(reference)}`, error);
    },
  );
  if (isTruncated) throw problem(reference, `it is larger than ${String(LIMIT_KIBIBYTES)} KiB`);
  // Anything else would be replaced, and a password that is nearly right is hard to find.
  if (!isUtf8(bytes)) throw problem(reference, "it is not text in UTF-8");
  return bytes.toString("utf8").replace(/\r?\n$/u, "");
}

function problem(reference: SecretReference, reason: string): ObservationError {
  const place = singleLine(describeSecret(reference));
  return new ObservationError(`a secret is needed from ${place}: ${reason}`);
}
