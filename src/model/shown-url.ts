/**
 * Shows a URL without the secrets that may stand in it.
 *
 * @param text - A URL as configured.
 * @returns The same, credentials and query replaced; the text itself when it is no URL.
 */
export function shownUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null) return text;
  if (url.password !== "") url.password = "***";
  if (url.username !== "" && url.password === "") url.username = "***";
  url.hash = "";
  if (url.search === "") return url.href;
  url.search = "";
  return `${url.href}?…`;
}
