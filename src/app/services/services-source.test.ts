import { join } from "node:path";
import { basename } from "node:path";
import { expect, it } from "vitest";
import { testFolder } from "../../../test/support/folder.ts";
import { servicesSource } from "./services-source.ts";

it("servicesSource() takes a folder, a file, standard input, or the current folder", () => {
  using folder = testFolder();
  const file = folder.write("mine.json", "[]");
  const project = basename(folder.path);
  expect(servicesSource(folder.path)).toEqual({
    path: join(folder.path, "services.json"),
    project,
  });
  expect(servicesSource(file)).toEqual({ path: file, project });
  expect(servicesSource("-")).toEqual({ path: "-", project: "stdin" });
  expect(servicesSource(undefined)).toEqual({
    path: "services.json",
    project: basename(process.cwd()),
  });
});
