/**
 * Reads the text of `/etc/passwd` or `/etc/group`.
 *
 * A line that makes no sense says nothing, as everywhere on the system; the first line of an id counts.
 *
 * @param text - The text of the file.
 * @returns Names by user id or group id.
 */
export function parseNameDatabase(text: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split("\n")) {
    const [name = "", , written = ""] = line.split(":", 3);
    // Lines with + or - stand for whole other sources.
    if (name === "" || /^[#+-]/u.test(name) || !/^\d{1,10}$/u.test(written)) continue;
    const id = Number(written);
    if (!names.has(id)) names.set(id, name);
  }
  return names;
}
