/**
 * The process that runs one function of a project: it loads the file that declares the function, calls it with the resources it
 * is told of, gives one answer and ends.
 */
import { enableCompileCache } from "node:module";
import { Socket } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CommandResult, ResourceView } from "../../model/check-function.ts";
import { collectInto, type DeclaredFunction } from "../../model/collector.ts";
import { ObservationError } from "../../model/errors.ts";
import { command as commandOption } from "../../model/composite-types.ts";
import type { FunctionReference } from "../../model/function-reference.ts";
import type { Target } from "../../model/target.ts";
import { installModuleHooks } from "../project/module-hooks.ts";
import { ProjectCollector } from "../project/project-collector.ts";
import { sha256 } from "../project/sha256.ts";
import {
  CHANNEL_DESCRIPTOR,
  isCommandMessage,
  isFunctionTask,
  messageReader,
  type CommandMessage,
  type FunctionMessage,
  type FunctionTask,
} from "./function-messages.ts";
import { describeThrown } from "./project-stack.ts";
import { returnedValue } from "./returned-value.ts";

/** A function is told a little before its process is killed, so that it can say what it was waiting for. */
const SIGNAL_SHARE = 0.9;

/** What is wrong with a file that declares other functions than those of the plan. */
const STALE =
  "does not declare this function any more, or as many as it did: it has changed (run clockwork compile), or what it declares depends on environment variables, of which there are none here";

const files = new Set<string>();
const channel = new Socket({ fd: CHANNEL_DESCRIPTOR });
const waiting = new Map<number, PromiseWithResolvers<CommandResult>>();
const task = Promise.withResolvers<FunctionTask>();
let commandCount = 0;
let isTold = false;

enableCompileCache();
installModuleHooks((path) => files.add(path));
channel.setEncoding("utf8").on("data", messageReader(hear));
// Whoever started us is gone, and nobody wants to know any more.
channel.on("close", () => process.exit());
channel.on("error", () => process.exit());
answer(await work(await task.promise));

function hear(message: unknown): void {
  if (isTold && isCommandMessage(message)) settle(message);
  if (isTold || !isFunctionTask(message)) return;
  isTold = true;
  // From now on, a function that waits for nothing ends the process.
  channel.unref();
  task.resolve(message);
}

async function work({
  root,
  reference,
  targets,
  timeoutMs,
}: FunctionTask): Promise<FunctionMessage> {
  const thrown = (error: unknown): FunctionMessage =>
    error instanceof ObservationError
      ? { state: "unobserved", message: error.message }
      : { state: "threw", ...describeThrown(error, { root, files }) };
  const signal = AbortSignal.timeout(Math.floor(timeoutMs * SIGNAL_SHARE));
  const collector = new ProjectCollector(reference.module, () => null);
  collectInto(collector);
  try {
    await import(pathToFileURL(join(root, reference.module)).href);
  } catch (error) {
    const { message, stack } = describeThrown(error, { root, files });
    const place = stack === "" ? "" : ` ${stack.split("\n", 1).join("")}`;
    return unobserved(`${reference.module} cannot be loaded here: ${message}${place}`);
  }
  const declared = namedBy(reference, collector.functions);
  if (declared === null) return unobserved(`${reference.module} ${STALE}`);
  process.on("uncaughtException", (error) => {
    answer(thrown(error));
  });
  try {
    const views = targets.map(viewOf);
    return {
      state: "returned",
      value: returnedValue(await call(declared, [...views, { signal, timeoutMs }])),
    };
  } catch (error) {
    return thrown(error);
  }
}

// One function may be declared many times, with different variables around it: then only how many there are tells whether
// the one at this position is the same.
function namedBy(
  { position, of, hash }: FunctionReference,
  functions: readonly DeclaredFunction[],
): DeclaredFunction | null {
  const declared = functions[position];
  if (declared === undefined || functions.length !== of) return null;
  return sha256(declared.toString()) === hash ? declared : null;
}

// What it is given follows from the kind of assertion that declared it.
function call(declared: DeclaredFunction, given: readonly unknown[]): unknown {
  return Reflect.apply(declared, undefined, given);
}

function viewOf(target: Target, index: number): ResourceView {
  const { resource, kind } = target;
  return { name: resource, kind, target, run: (command) => run(index, command) };
}

async function run(target: number, words: readonly string[]): Promise<CommandResult> {
  const command = commandOption().read(words);
  const id = (commandCount += 1);
  const outcome = Promise.withResolvers<CommandResult>();
  waiting.set(id, outcome);
  channel.ref();
  say({ state: "run", id, target, command });
  return await outcome.promise;
}

function settle(message: CommandMessage): void {
  const outcome = waiting.get(message.id);
  waiting.delete(message.id);
  if (waiting.size === 0) channel.unref();
  if ("result" in message) outcome?.resolve(message.result);
  else outcome?.reject(new ObservationError(message.failure));
}

function unobserved(message: string): FunctionMessage {
  return { state: "unobserved", message };
}

// What was printed comes first: whoever gets the answer kills this process with all that it has started. Until then it stays,
// as what left its group is found through its parent alone.
function answer(message: FunctionMessage): void {
  channel.ref();
  process.stdout.write("", () => {
    process.stderr.write("", () => {
      say(message);
    });
  });
}

function say(message: FunctionMessage): void {
  channel.write(`${JSON.stringify(message)}\n`);
}
