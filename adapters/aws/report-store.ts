import type { ReportStore, VersionedQuestion } from '../../core/ports.ts';
import { sideBySide } from '../../core/side-by-side.ts';
import type { ResultTable, Value } from '../../core/tabular.ts';
import { type LoadRenderer, Renderer } from '../shared/renderer.ts';
import type { ObjectStore } from './objects/types.ts';

const HTML = { contentType: 'text/html; charset=utf-8' };
const JSON_TEXT = { contentType: 'application/json' };

/** One for each table and what is asked about it: the last question, and its answer. */
const keyOf = ({ table, about }: VersionedQuestion) => `answers/${table}/${about}.json`;

const NOTHING: ResultTable = { columns: [], rows: [] };

/** Objects that are read or written at a time. */
const OBJECTS_AT_ONCE = 16;

interface Kept {
  readonly question: VersionedQuestion;
  readonly answer: ResultTable;
}

/**
 * Each run's report stays; `index.html` is the one that was written last. Most of a report's tables are as they were in
 * the one before, and Athena takes a second and more for each question: answers are kept as long as their tables stay.
 */
export function reportBucket(objects: Pick<ObjectStore, 'bucket' | 'text' | 'put'>, load: LoadRenderer): ReportStore {
  const renderer = new Renderer(load);
  return {
    prepare: () => renderer.prepare(),
    async answers(questions, ask) {
      const kept = new Map<VersionedQuestion, ResultTable>();
      await sideBySide(questions, OBJECTS_AT_ONCE, async (question) => {
        const found = parsed(await objects.text(keyOf(question)));
        if (found !== null && isSame(found.question, question)) kept.set(question, found.answer);
      });
      const missing = questions.filter((question) => !kept.has(question));
      const asked = missing.length === 0 ? [] : await ask(missing);
      await sideBySide(missing.entries(), OBJECTS_AT_ONCE, async ([index, question]) => {
        const answer = asked[index] ?? NOTHING;
        kept.set(question, answer);
        const now: Kept = { question, answer };
        if (!answer.rows.every((row) => row.every(isJson))) return;
        await objects.put(keyOf(question), JSON.stringify(now), JSON_TEXT);
      });
      return questions.map((question) => kept.get(question) ?? NOTHING);
    },
    async write(input) {
      const page = await renderer.render(input);
      const key = `runs/${input.runId}/index.html`;
      await objects.put(key, page, HTML);
      await objects.put('index.html', page, HTML);
      return `s3://${objects.bucket}/${key}`;
    },
  };
}

/** What can't be read is asked for again. */
function parsed(found: { readonly text: string } | null): Kept | null {
  if (found === null) return null;
  try {
    return JSON.parse(found.text) as Kept;
  } catch {
    return null;
  }
}

const isSame = (kept: VersionedQuestion | undefined, { version, sql }: VersionedQuestion) =>
  kept?.version === version && kept.sql === sql;

/** JSON has no word for these numbers. */
const isJson = (value: Value) => typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0));
