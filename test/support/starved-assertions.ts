/**
 * A program that carries out assertions when it can open no file any more, once after they were carried out without such
 * trouble. Its argument is a list of kinds with their options; it prints what people read of each outcome.
 */
import { openSync } from "node:fs";
import { shown, type Shown } from "./assert-kind.ts";

type Asked = readonly (readonly [kind: string, options: object])[];

const asked = JSON.parse(process.argv[2] ?? "[]") as Asked;

async function carryOut(): Promise<readonly Shown[]> {
  return await Promise.all(
    asked.map(([kind, options]) => shown(kind, options, { timeoutSeconds: 2 })),
  );
}

// All that is loaded on the way is loaded now.
await carryOut();
try {
  for (;;) openSync("/dev/null", "r");
} catch {
  // There are no more.
}
const outcomes = await carryOut();
process.stdout.write(JSON.stringify(outcomes));
