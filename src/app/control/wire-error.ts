import { CODES, type Code } from "../../model/codes.ts";
import { DeployError, StateError } from "../../model/deploy-errors.ts";
import { ConfigurationError, type Diagnostic } from "../../model/diagnostic.ts";
import { ObservationError } from "../../model/errors.ts";
import { isRecord } from "../../model/json.ts";

/** An error on its way to another process. */
export interface WireError {
  /** Whose class it is; `Error` for what is a bug. */
  readonly type: "ConfigurationError" | "DeployError" | "StateError" | "ObservationError" | "Error";
  readonly code: Code | null;
  readonly message: string;
  readonly hint: string | null;
  /** Of a wrong configuration: everything that is wrong. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Makes an error ready to be sent.
 *
 * @param error - Whatever was thrown.
 * @returns Plain data.
 */
export function wireErrorOf(error: unknown): WireError {
  const none = { hint: null, diagnostics: [] };
  if (error instanceof ConfigurationError) {
    const { code, message, diagnostics } = error;
    return { type: "ConfigurationError", code, message, hint: null, diagnostics };
  }
  if (error instanceof DeployError) {
    const { code, message, hint } = error;
    const type = error instanceof StateError ? "StateError" : "DeployError";
    return { type, code, message, hint, diagnostics: [] };
  }
  if (error instanceof ObservationError) {
    return { type: "ObservationError", code: error.code, message: error.message, ...none };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { type: "Error", code: null, message, ...none };
}

/**
 * Makes the error again that was sent.
 *
 * @param sent - What came.
 * @returns An error of the same class, with the same code, message and hint.
 */
export function errorOfWire(sent: unknown): Error {
  if (!isRecord(sent)) return new Error("clockwork up failed, and did not say how");
  const message = textOf(sent["message"]) ?? "clockwork up failed, and did not say how";
  const told = sent["code"];
  const code = Object.keys(CODES)
    .filter(isCode)
    .find((known) => known === told);
  const hint = textOf(sent["hint"]);
  const options = { ...(code !== undefined && { code }), hint };
  switch (sent["type"]) {
    case "ConfigurationError":
      return new ConfigurationError(diagnosticsOf(sent["diagnostics"], message));
    case "DeployError":
      return new DeployError(message, options);
    case "StateError":
      return new StateError(message, options);
    case "ObservationError":
      return new ObservationError(message);
    default:
      return new Error(message);
  }
}

function diagnosticsOf(sent: unknown, message: string): readonly Diagnostic[] {
  const read = Array.isArray(sent) ? sent.filter(isDiagnostic) : [];
  if (read.length > 0) return read;
  const place = { file: "", line: null, column: null, property: null, hint: null };
  return [{ code: "configuration-invalid", ...place, message }];
}

function isDiagnostic(value: unknown): value is Diagnostic {
  if (!isRecord(value)) return false;
  const { code, file, line, column, property, message, hint } = value;
  return (
    isCode(code) &&
    typeof file === "string" &&
    typeof message === "string" &&
    [line, column].every((place) => place === null || typeof place === "number") &&
    [property, hint].every((text) => text === null || typeof text === "string")
  );
}

function isCode(value: unknown): value is Code {
  return typeof value === "string" && Object.hasOwn(CODES, value);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
