import { StateConflictError, StateError } from "./deploy-errors.ts";

/** No document and no content of a state is larger. */
const LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Refuses a commit of somebody who knows another state.
 *
 * @param expect - What must be so, as far as they said.
 * @param found - What is so.
 * @throws {@link StateConflictError} When it is not.
 */
export function refuseUnexpected(
  expect: { readonly serial?: number; readonly run?: number },
  found: { readonly serial: number; readonly run: number },
): void {
  for (const name of ["serial", "run"] as const) {
    const expected = expect[name];
    if (expected === undefined || expected === found[name]) continue;
    throw new StateConflictError(
      `the state has changed meanwhile: expected ${name} ${String(expected)}, found ${String(found[name])}`,
    );
  }
}

/**
 * Refuses a run that does not come after the one before.
 *
 * @param run - The run that is to begin.
 * @param begun - The last one that began.
 * @throws {@link StateConflictError} When it does not.
 */
export function refuseEarlierRun(run: number, begun: number): void {
  if (run > begun) return;
  throw new StateConflictError(
    `a run must come after ${String(begun)}, which has begun: got ${String(run)}`,
  );
}

/**
 * Refuses what is too large to be kept.
 *
 * @param sizeBytes - How large a document or content is.
 * @throws {@link StateError} When it is over 64 MiB.
 */
export function refuseTooLarge(sizeBytes: number): void {
  if (sizeBytes <= LIMIT_BYTES) return;
  throw new StateError(
    `a part of the state must be at most ${String(LIMIT_BYTES)} bytes: got ${String(sizeBytes)}`,
    { hint: "put what is so large somewhere else, and refer to it" },
  );
}
