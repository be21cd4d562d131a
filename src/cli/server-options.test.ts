import { Command } from "@commander-js/extra-typings";
import { expect, it } from "vitest";
import { ALL_SETTINGS } from "../app/settings/settings.ts";
import { settingFlags, withSettingFlags } from "./server-options.ts";

function typed(...words: readonly string[]): ReturnType<typeof settingFlags> {
  const command = withSettingFlags(new Command("up").option("--other <text>").exitOverride());
  command.parse(words, { from: "user" });
  const flags = Object.entries(settingFlags(command)).filter(([, value]) => value !== undefined);
  return Object.fromEntries(flags);
}

it("withSettingFlags() adds every flag that a setting has", () => {
  const command = withSettingFlags(new Command("up"));
  const wanted = ALL_SETTINGS.flatMap(({ flag }) => flag ?? []);
  expect(wanted.length).toBeGreaterThan(8);
  expect(command.options.map(({ long }) => long)).toEqual(wanted);
  expect(command.helpInformation()).toMatch(/--tls-cert <file> +the certificate of the server/u);
});

it("settingFlags() tells what was typed of them, and of nothing else", () => {
  expect(typed()).toEqual({});
  const words = ["--listen", "[::1]:7", "--insecure", "--log-file=a b", "--other", "x"];
  expect(typed(...words)).toEqual({
    "--listen": "[::1]:7",
    "--insecure": true,
    "--log-file": "a b",
  });
});
