/** The types of attributes that have a short name, as RFC 4514 and everybody's tools write them. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  "2.5.4.3": "CN",
  "2.5.4.4": "SN",
  "2.5.4.5": "serialNumber",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "STREET",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.12": "title",
  "2.5.4.42": "GN",
  "2.5.4.46": "dnQualifier",
  "0.9.2342.19200300.100.1.1": "UID",
  "0.9.2342.19200300.100.1.25": "DC",
  "1.2.840.113549.1.9.1": "emailAddress",
};

const BY_NAME = new Map(
  Object.entries(SHORT_NAMES).map(([oid, name]) => [name.toLowerCase(), oid]),
);

/**
 * Names a type of attribute.
 *
 * @param oid - `2.5.4.3`.
 * @returns `CN`; the identifier itself where it has no short name.
 */
export function attributeName(oid: string): string {
  return SHORT_NAMES[oid] ?? oid;
}

/**
 * Finds a type of attribute.
 *
 * @param name - `CN`, `cn` or `2.5.4.3`.
 * @returns Its identifier; null when it is not known.
 */
export function attributeOid(name: string): string | null {
  if (/^[0-2](?:\.(?:0|[1-9]\d{0,30})){1,20}$/u.test(name)) return name;
  return BY_NAME.get(name.toLowerCase()) ?? null;
}
