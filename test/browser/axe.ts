/** What axe-core finds wrong with a report as it is shown. */

import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const { source } = createRequire(import.meta.url)('axe-core') as { source: string };

export const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/**
 * Axe puts these to hidden elements too, and they leave them aside, since they measure what is painted: but the text of a
 * choice, which is judged where its page is shown. In a document of fifty thousand elements, to find that out takes
 * longer than all else.
 */
const OF_PAINT = ['color-contrast', 'link-in-text-block'];

/**
 * Judges the page that is shown by every rule of these tags, and what is hidden by those that look at it: that two pages
 * share an id is seen in the whole document alone. In between, the pages that are hidden are taken out, since axe would
 * ask for the styles of each of their elements, rule by rule, only to leave them aside. So it comes last in a test.
 */
export async function judge(
  page: Page,
  tags: readonly string[],
): Promise<{ readonly violations: readonly string[]; readonly passes: readonly string[] }> {
  await page.evaluate(source);
  const hidden = await page.evaluate<string[]>(`axe._audit.rules
    .filter(({ excludeHidden, enabled }) => enabled && !excludeHidden)
    .filter(({ tags }) => tags.some((tag) => ${JSON.stringify(tags)}.includes(tag)))
    .filter(({ tags }) => !tags.some((tag) => axe._audit.tagExclude.includes(tag)))
    .map(({ id }) => id)`);
  const whole = await run(
    page,
    hidden.filter((id) => !OF_PAINT.includes(id)),
  );
  if (!whole.passes.some(({ id }) => id === 'duplicate-id-aria')) throw new Error('axe has looked at no id');
  await page.$$eval('main > .away', (pages) => {
    for (const one of pages) {
      const parts = [one, ...one.querySelectorAll('*')];
      if (!parts.some((part) => part.checkVisibility({ visibilityProperty: true }))) one.replaceChildren();
    }
  });
  const shown = await run(page, tags);
  return {
    violations: [...whole.violations, ...shown.violations].map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(' ')}`,
    ),
    passes: [...whole.passes, ...shown.passes].map(({ id }) => id),
  };
}

/** Without the places of all that is well: to name each takes axe longer than to look at it. */
function run(page: Page, runOnly: readonly string[]): Promise<AxeResults> {
  const options = { runOnly, resultTypes: ['violations'] };
  return page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
}
