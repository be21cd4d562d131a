// Work without an address at which anybody could ask how it is.
import { unlinkSync, writeFileSync } from "node:fs";

const { SUPERVISOR_PROCESS_NAME = "worker" } = process.env;
const file = `${SUPERVISOR_PROCESS_NAME}.alive`;

setInterval(() => {
  writeFileSync(file, `${String(process.pid)}\n`);
}, 1_000);

process.on("SIGTERM", () => {
  unlinkSync(file);
  process.exit();
});
