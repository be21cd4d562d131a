import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { endsWithUs } from "./ends-with-us.ts";

it("endsWithUs() starts Node with the arguments that it is given, each as it is", () => {
  const script = "process.stdout.write(JSON.stringify(process.argv.slice(1)))";
  const { file, args } = endsWithUs(["--eval", script, "--", "--pdeathsig", "a b", "$0", ""]);
  const printed = execFileSync(file, args, { encoding: "utf8", env: {} });
  expect(JSON.parse(printed)).toEqual(["--pdeathsig", "a b", "$0", ""]);
});
