import { createContext, Script } from "node:vm";
import type { Guard } from "../../model/bounded-work.ts";
import { ObservationError } from "../../model/errors.ts";
import { isRecord } from "../../model/json.ts";

/** Searching a megabyte takes milliseconds: what takes this long goes back and forth in it. */
const LIMIT_MS = 1_000;

interface Runner {
  readonly context: { work?: () => void };
  readonly run: () => void;
}

let known: Runner | null = null;

// Made when it is first needed: a context takes 10 ms, and most runs search nothing.
function runner(): Runner {
  if (known !== null) return known;
  const context: Runner["context"] = {};
  createContext(context);
  const script = new Script("work()");
  known = {
    context,
    run: () => {
      script.runInContext(context, { timeout: LIMIT_MS });
    },
  };
  return known;
}

/**
 * Interrupts work that takes longer than a second, also within one regular expression. Node can do so only for scripts of a
 * context, and measures with a thread, which takes half a millisecond.
 *
 * @param what - What is done, for the message.
 * @param work - Synchronous, and without effects.
 * @returns What the work returns.
 * @throws {@link ObservationError} When it takes too long.
 */
export const workGuard: Guard = (what, work) => {
  const done: { readonly result: ReturnType<typeof work> }[] = [];
  const { context, run } = runner();
  context.work = () => {
    done.push({ result: work() });
  };
  try {
    run();
  } catch (error) {
    if (!isTimeout(error)) throw error;
  } finally {
    delete context.work;
  }
  const [end] = done;
  if (end !== undefined) return end.result;
  const limit = String(LIMIT_MS / 1_000);
  throw new ObservationError(`${what} took more than ${limit} s: simplify its regular expression`);
};

// It is an error of the context, which has an `Error` of its own.
function isTimeout(error: unknown): boolean {
  return isRecord(error) && error["code"] === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}
