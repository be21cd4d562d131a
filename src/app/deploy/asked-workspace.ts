import { Cancellation } from "../../engine/cancellation.ts";
import { abortReason } from "../../model/abort.ts";
import type { PlanOptions } from "./deployment.ts";
import type { Workspace } from "./workspace.ts";

/** A workspace as one request sees it; the workspace itself stays open. */
export interface AskedWorkspace extends Disposable {
  readonly workspace: Workspace;
}

/**
 * Opens a workspace that somebody holds for one request: whether data may go is that request's choice, and what ends the request
 * ends nothing else.
 *
 * @param held - The workspace.
 * @param options - What the request says.
 * @returns The workspace as the request sees it.
 */
export function askedWorkspace(
  held: Workspace,
  { signal, mayDeleteData = false }: Pick<PlanOptions, "signal" | "mayDeleteData">,
): AskedWorkspace {
  const parts = new DisposableStack();
  const ending = new AbortController();
  parts.defer(
    held.context().cancellation.onCancel((reason) => {
      ending.abort(reason);
    }),
  );
  const onAbort = (): void => {
    ending.abort(signal === undefined ? undefined : abortReason(signal));
  };
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  parts.defer(() => {
    signal?.removeEventListener("abort", onAbort);
  });
  const cancellation = parts.use(new Cancellation(ending.signal));
  return {
    workspace: {
      ...held,
      context: (projectId) => ({ ...held.context(projectId), cancellation, mayDeleteData }),
    },
    [Symbol.dispose]: () => {
      parts.dispose();
    },
  };
}
