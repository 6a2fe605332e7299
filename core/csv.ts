/** CSV by RFC 4180, for the small files that people edit; what lands is read by an engine. */

export interface CsvRecord {
  readonly fields: readonly string[];
  /** Where it begins, 1-based. */
  readonly line: number;
}

/** Records as they stand, the header among them, and the line of each; blank lines are none. */
export function parseCsv(text: string): { records: readonly CsvRecord[] } | { message: string; line: number } {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const field = /"((?:[^"]|"")*)"|[^",\r\n][^,\r\n]*|/y;
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let [at, line, begun] = [0, 1, 1];
  while (at < body.length) {
    field.lastIndex = at;
    const [whole = '', quoted] = field.exec(body) ?? [];
    if (whole === '' && body[at] === '"') return { message: 'a quote is never closed', line };
    fields.push(quoted?.replaceAll('""', '"') ?? whole);
    line += whole.split('\n').length - 1;
    at += whole.length;
    if (body[at] === ',' && at + 1 < body.length) {
      at += 1;
      continue;
    }
    if (body[at] === ',') fields.push('');
    else if (at < body.length && body[at] !== '\n' && body[at] !== '\r') {
      return { message: 'text follows a closing quote', line };
    }
    if (fields.length > 1 || whole !== '') records.push({ fields, line: begun });
    at += body.startsWith('\r\n', at) ? 2 : 1;
    line += 1;
    [fields, begun] = [[], line];
  }
  return { records };
}

/** Null is empty; an empty text is quoted, so that it is told from a null. */
export function csvLine(cells: readonly (string | null)[]): string {
  const shown = cells.map((text) => {
    if (text === null) return '';
    return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${shown.join(',')}\r\n`;
}
