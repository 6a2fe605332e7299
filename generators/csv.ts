/** A field as in RFC 4180: quoted only where it has to be. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Records between CR LF, none after the last, as in the published information files. */
export function csvText(records: Iterable<readonly string[]>): string {
  return Array.from(records, (record) => record.map(csvField).join(',')).join('\r\n');
}
