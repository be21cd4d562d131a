import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);
const file = JSON.stringify(new URL("steady-heap.ts", import.meta.url).href);

/** Keeps some megabytes alive, replaces all of them many times, and tells how large the heap has become. */
async function mostMegabytes(preparation: string): Promise<number> {
  const script = `
    import { keepHeapSteady } from ${file};
    ${preparation}
    const kept = Array.from({ length: 400_000 }, (_, at) => ({ at, of: [at] }));
    let most = 0;
    for (let round = 0; round < 1_000; round += 1) {
      for (let step = 0; step < 4_000; step += 1) {
        const at = (round * 4_000 + step) % kept.length;
        kept[at] = { at, of: [round] };
      }
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, process.memoryUsage().heapUsed);
    }
    console.log(Math.round(most / 1e6));
  `;
  const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "-e", script]);
  // Whatever V8 does not know, it says.
  expect(stderr).toBe("");
  return Number(stdout);
}

it("keepHeapSteady() collects what is not alive any more before much of it has come together", async () => {
  const steady = await mostMegabytes("keepHeapSteady();");
  expect(steady).toBeGreaterThan(0);
  expect(steady).toBeLessThan(await mostMegabytes(""));
});
