import type { Code } from "./codes.ts";

/** Something could not be made, changed or taken away. Nothing that was there before has been lost by it. */
export class DeployError extends Error {
  override readonly name: string = "DeployError";
  readonly code: Code;
  /** How to mend it; null when the message says it all. */
  readonly hint: string | null;

  /**
   * Says what went wrong.
   *
   * @param message - In words, without secrets.
   * @param options - The code (`deploy-failed` by default), how to mend it, and the error underneath.
   */
  constructor(
    message: string,
    options: ErrorOptions & { readonly code?: Code; readonly hint?: string | null } = {},
  ) {
    super(message, options);
    this.code = options.code ?? "deploy-failed";
    this.hint = options.hint ?? null;
  }
}

/** The state of a project could not be read or written. Nothing of it was changed. */
export class StateError extends DeployError {
  override readonly name: string = "StateError";

  /**
   * Says what went wrong.
   *
   * @param message - In words.
   * @param options - The code (`state-unusable` by default), how to mend it, and the error underneath.
   */
  constructor(
    message: string,
    options: ErrorOptions & { readonly code?: Code; readonly hint?: string | null } = {},
  ) {
    super(message, { ...options, code: options.code ?? "state-unusable" });
  }
}

/** Somebody else has changed the state meanwhile. Nothing was changed. */
export class StateConflictError extends StateError {
  override readonly name: string = "StateConflictError";

  /**
   * Says what was expected and what was found.
   *
   * @param message - In words.
   */
  constructor(message: string) {
    super(message, { code: "state-conflict", hint: "plan again" });
  }
}

/** The lock of a project is lost: its file was removed, replaced or read by our own process. Nothing is written any more. */
export class LockLostError extends StateError {
  override readonly name: string = "LockLostError";

  /**
   * Says how it was lost.
   *
   * @param message - In words.
   */
  constructor(message: string) {
    super(message, {
      code: "lock-lost",
      hint: "leave .clockwork/lock.db alone, and run the command again: it continues where this one stopped",
    });
  }
}

/** Somebody else works on the project. */
export class LockHeldError extends StateError {
  override readonly name: string = "LockHeldError";

  /**
   * Says who.
   *
   * @param who - Such as `clockwork apply, pid 7 on web-1, since 12:03:04`.
   */
  constructor(who: string) {
    super(`the project is locked by ${who}`, {
      code: "lock-held",
      hint: "wait for it with --lock-timeout 60s, or see clockwork lock status",
    });
  }
}
