import { describe, expect, it } from '@jest/globals';
import { escapeHtml, inlineCode, inlineCss, inlineJson, slug } from '../../dashboard/html.ts';

describe('escapeHtml', () => {
  it('escapes what ends text or a quoted attribute', () => {
    expect(escapeHtml(`<b title="a" lang='b'>&amp;</b>`)).toBe(
      '&lt;b title=&quot;a&quot; lang=&#39;b&#39;&gt;&amp;amp;&lt;/b&gt;',
    );
  });
});

describe('inlineJson', () => {
  it('leaves nothing that ends the element, and reads back the same', () => {
    const value = { text: '</script><!-- <script>', more: ['<', 1, null] };
    expect(inlineJson(value)).not.toContain('<');
    expect(JSON.parse(inlineJson(value))).toEqual(value);
  });
});

describe('inlineCode', () => {
  it.each(['</script>', '</SCRIPT ', '<script', '<!--'])('keeps the value of a literal with %s', (text) => {
    const code = inlineCode(`(() => "${text}")()`);
    expect(code).not.toContain(text);
    expect(new Function(`return ${code}`)()).toBe(text);
  });

  it('keeps comparisons as they are', () => {
    expect(inlineCode('a<b && c< /script/')).toBe('a<b && c< /script/');
  });

  it('asks for no source map and has no carriage return, so that its hash matches what a browser reads', () => {
    expect(inlineCode('a();\r\nb();\r//# sourceMappingURL=x.min.js.map\n')).toBe('a();\nb();\n\n');
  });
});

describe('inlineCss', () => {
  it('cannot end the element', () => {
    expect(inlineCss('a::after { content: "</style>" }')).not.toContain('</style');
  });
});

describe('slug', () => {
  it('makes a fragment identifier', () => {
    expect(slug('Course Engagement / 2')).toBe('course-engagement-2');
  });
});
