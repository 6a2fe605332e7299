import { DATES } from './calendar.ts';

const NEWLINE = 10;
const COMMA = 44;
const POINT = 46;
const DIGIT_0 = 48;

/** More bytes than any row has. */
const LONGEST_ROW = 64;

const encoder = new TextEncoder();
const HEADER = encoder.encode('"time","lp_id","pct_access","engagement_index"');
/** `\n"2020-01-01",`, by day: rows are separated, not ended, by newlines, as in the published files. */
const PREFIXES = DATES.map((date) => encoder.encode(`\n"${date}",`));

/**
 * Writes the rows of an engagement file as bytes, without a string or an object a row. Numbers come as whole
 * hundredths below 2^31 and are written in their shortest form (0.9, not 0.90), so nothing is rounded here.
 */
export class RowBuffer {
  readonly #size: number;
  #bytes: Uint8Array;
  #at = 0;

  /** @param rowsAtOnce the most rows that are written between two looks at `full` */
  constructor(rowsAtOnce: number) {
    this.#size = 128 * 1024 + rowsAtOnce * LONGEST_ROW;
    this.#bytes = new Uint8Array(this.#size);
    this.#copy(HEADER);
  }

  /** It is time to take the bytes. */
  get full(): boolean {
    return this.#at >= 128 * 1024;
  }

  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#at);
    this.#bytes = new Uint8Array(this.#size);
    this.#at = 0;
    return taken;
  }

  /** Begins a row; `id` 0 leaves lp_id empty. */
  begin(day: number, id: number): void {
    this.#copy(PREFIXES[day] ?? new Uint8Array(0));
    if (id > 0) {
      this.#integer(id);
    }
    this.#bytes[this.#at++] = COMMA;
  }

  /** No figures: both are empty. */
  nothing(): void {
    this.#bytes[this.#at++] = COMMA;
  }

  /** pct_access 0, for which no engagement index is given. */
  zero(): void {
    this.#bytes[this.#at++] = DIGIT_0;
    this.#bytes[this.#at++] = COMMA;
  }

  /** Both in hundredths. */
  figures(pctAccess: number, engagementIndex: number): void {
    this.#hundredths(pctAccess);
    this.#bytes[this.#at++] = COMMA;
    this.#hundredths(engagementIndex);
  }

  #copy(source: Uint8Array): void {
    for (let index = 0; index < source.length; index++) {
      this.#bytes[this.#at++] = source[index] ?? NEWLINE;
    }
  }

  #hundredths(value: number): void {
    const whole = (value / 100) | 0;
    const rest = value - whole * 100;
    this.#integer(whole);
    if (rest > 0) {
      const tenths = (rest / 10) | 0;
      this.#bytes[this.#at++] = POINT;
      this.#bytes[this.#at++] = DIGIT_0 + tenths;
      if (rest > tenths * 10) {
        this.#bytes[this.#at++] = DIGIT_0 + rest - tenths * 10;
      }
    }
  }

  #integer(value: number): void {
    let digits = 1;
    for (let limit = 10; value >= limit; limit *= 10) {
      digits++;
    }
    let rest = value;
    for (let place = this.#at + digits - 1; place >= this.#at; place--) {
      const tens = (rest / 10) | 0;
      this.#bytes[place] = DIGIT_0 + rest - tens * 10;
      rest = tens;
    }
    this.#at += digits;
  }
}
