/** What every table of figures ends with. */
export const BOOKS = {
  rows_left_out: {
    description: 'Rows of the input that were left out, for a value that is needed is not known',
    unit: 'rows',
  },
  assumptions: 'What the figures take for granted',
  note: 'Why a figure is missing, or what to know before quoting one; null where there is nothing to say',
} as const;
