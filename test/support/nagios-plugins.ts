import { needProgram, PLUGIN_FOLDERS } from "./programs.ts";

/** Finds a real plugin of Nagios: `check_tcp`. */
export function pluginPath(name: string): string {
  return needProgram(name, PLUGIN_FOLDERS);
}
