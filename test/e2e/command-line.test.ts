import { describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { cli } from "../support/cli.ts";

describe("clockwork", () => {
  it("tells its version, which is that of package.json", async () => {
    expect(await cli(["--version"])).toEqual({
      code: 0,
      stdout: `${packageJson.version}\n`,
      stderr: "",
    });
  });

  it("shows its commands with --help", async () => {
    const { code, stdout } = await cli(["--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/check \[options\] \[file\]/u);
    expect(stdout).toMatch(/up \[options\] \[files\.\.\.\]/u);
  });

  it.each([
    [["chekc"], "Did you mean check?"],
    [["check", "--retires", "1"], "Did you mean --retries?"],
    [["check", "--retries", "many"], "It takes an integer from 0 to 100."],
    [["check", "--timeout", "0"], "It takes seconds above 0"],
    [["check", "--format", "xml"], "Allowed choices are json, junit"],
    [["check", "a.json", "b.json"], "too many arguments"],
  ])("refuses %j with 78 and a hint", async (args, hint) => {
    const { code, stdout, stderr } = await cli(args);
    expect({ code, stdout }).toEqual({ code: 78, stdout: "" });
    expect(stderr).toContain(hint);
    expect(stderr).toContain("--help");
  });
});
