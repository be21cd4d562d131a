import { testFolder } from "./folder.ts";
import { freePort } from "./ports.ts";
import { needProgram } from "./programs.ts";
import { startServer } from "./server.ts";

/** A real blackbox_exporter. */
export interface Blackbox extends AsyncDisposable {
  /** Probes, and gives its metrics as they come. */
  readonly probe: (
    asked: Readonly<Record<string, string>>,
    patienceSeconds: number,
  ) => Promise<{ readonly status: number; readonly text: string }>;
}

/**
 * Starts a blackbox_exporter.
 *
 * @param configuration - Its modules, as YAML.
 */
export async function startBlackbox(configuration: string): Promise<Blackbox> {
  const resources = new AsyncDisposableStack();
  const folder = resources.use(testFolder());
  const file = folder.write("blackbox.yml", configuration);
  const origin = `http://127.0.0.1:${String(await freePort())}`;
  resources.use(
    await startServer({
      command: [
        needProgram("prometheus-blackbox-exporter"),
        `--config.file=${file}`,
        `--web.listen-address=${new URL(origin).host}`,
      ],
      isReady: async () => (await fetch(`${origin}/-/healthy`)).ok,
    }),
  );
  return {
    probe: async (asked, patienceSeconds) => {
      const answer = await fetch(`${origin}/probe?${new URLSearchParams(asked).toString()}`, {
        headers: { "X-Prometheus-Scrape-Timeout-Seconds": String(patienceSeconds) },
      });
      return { status: answer.status, text: await answer.text() };
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
