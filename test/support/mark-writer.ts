/** Writes marks, as a process of its own: `node mark-writer.ts FOLDER PROJECT`. */
import { systemClock } from "../../src/adapters/system/clock.ts";
import { systemMarkBook } from "../../src/adapters/system/mark-book.ts";

const [folder = "", project = ""] = process.argv.slice(2);
const book = systemMarkBook({ folder, clock: systemClock });
const marks = {
  project,
  resource: "motd",
  instance: project.replaceAll("-", "").slice(0, 16),
  generation: 1,
  specHash: "a".repeat(64),
};
for (let version = 1; version <= 100; version += 1) {
  await Promise.all([
    book.write("path:/both", { ...marks, version }),
    book.write(`path:/${project}/${String(version)}`, { ...marks, version }),
    book.write(`path:/${project}/gone`, { ...marks, version }),
  ]);
  await book.erase(`path:/${project}/gone`, { ...marks, version });
}
process.exit();
