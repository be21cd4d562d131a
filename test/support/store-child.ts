import { writeSync } from "node:fs";
import { sqliteStore } from "../../src/adapters/sqlite/store.ts";
import type { Store } from "../../src/ports/store.ts";
import type { Traced } from "./store-trace.ts";

/** Carries out what it is told, one line each, without waiting for one before the next, and tells what is done. */
async function serve(store: Store): Promise<void> {
  const tasks: Promise<void>[] = [];
  let text = "";
  for await (const part of process.stdin.setEncoding("utf8")) {
    // Not by readline: it takes other characters for ends of lines as well.
    const lines = (text + String(part)).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) tasks.push(carryOut(store, JSON.parse(line) as Traced));
  }
  await Promise.all(tasks);
  await store[Symbol.asyncDispose]();
}

async function carryOut(store: Store, { index, operation }: Traced): Promise<void> {
  if (operation.type === "commit") await store.commit(operation.changes);
  else if (operation.type === "fold") await store.fold(operation);
  else {
    store.record(operation);
    await store.flush();
  }
  writeSync(1, `${String(index)}\n`);
}

await serve(sqliteStore({ folder: process.argv[2] ?? "" }));
