/**
 * Starts the services of the quickstart, and `clockwork up` beside them in the same process: when it ends, so do they.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readServices } from "../../src/app/services/services-file.ts";
import { main } from "../../src/cli/main.ts";
import { startServices } from "./services.ts";

const file = fileURLToPath(new URL("services.json", import.meta.url));
const services = await readServices(file, process);
const wanted = new Map(services.map(({ name, url }) => [name, Number(new URL(url).port)]));

await using running = await startServices(wanted);
await using cleanup = new AsyncDisposableStack();
await main(["up", await fileFor(running.ports), "--interval", "2s"]);

// A copy in a folder of its own: what is remembered of a demonstration goes with it. Where somebody else had one of the ports,
// it names those we got.
async function fileFor(ports: ReadonlyMap<string, number>): Promise<string> {
  const moved = [...ports].filter(([name, port]) => wanted.get(name) !== port);
  let text = await readFile(file, "utf8");
  for (const [name, port] of moved) {
    text = text.replaceAll(`:${String(wanted.get(name))}/`, `:${String(port)}/`);
  }
  const temporary = await mkdtemp(join(tmpdir(), "clockwork-"));
  cleanup.defer(() => rm(temporary, { recursive: true }));
  const folder = join(temporary, "quickstart");
  await mkdir(folder);
  await writeFile(join(folder, "services.json"), text);
  return folder;
}
