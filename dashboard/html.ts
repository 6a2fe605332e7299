/** Text that is safe where it stands in an HTML document. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For element content and quoted attribute values. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** JSON for a `<script type="application/json">`: no `<` is left that could end the element or open a comment. */
export function inlineJson(value: unknown): string {
  return JSON.stringify(value).replace(/</g, '\\u003c');
}

/**
 * JavaScript for a `<script>` element. `</script`, `<script` and `<!--` are written `\x3C…`, which means the same in
 * string and regular-expression literals, the only places where minified code has them. Line ends become `\n`, as an
 * HTML parser makes them, so that a hash of the result matches; a source map is not asked for.
 */
export function inlineCode(code: string): string {
  return code
    .replace(/\r\n?/g, '\n')
    .replace(/^\/\/# sourceMappingURL=.*$/gm, '')
    .replace(/<(?=!--|\/?script)/gi, '\\x3C');
}

/** CSS for a `<style>` element; `</style` cannot end it. */
export function inlineCss(css: string): string {
  return css.replace(/<(?=\/style)/gi, '\\3C ');
}

/** Of the part of the page that is a data set's. */
export function sectionId(dataset: string): string {
  return `data-${slug(dataset)}`;
}

/** Of a panel, by its number from 1. */
export function panelId(dataset: string, number: number): string {
  return `${sectionId(dataset)}-${number}`;
}

/** Of a table in the catalog. Names of data sets have hyphens and no underscores, those of tables the other way round. */
export function tableId(dataset: string, name: string): string {
  return `table-${dataset}-${name}`.replace(/[^\w-]/g, '-');
}

/** A fragment identifier: lower-case letters, digits and hyphens. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}
