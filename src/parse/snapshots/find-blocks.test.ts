import { describe, expect, it } from 'vitest';
import { findBlocks } from './find-blocks.js';

const read = (content: string) => findBlocks({ path: 's.sql', kind: 'snapshot', content });

describe('findBlocks', () => {
  it('finds each block, and leaves what is in it at its place', () => {
    const content =
      '{# {% snapshot no %} #}\n{%- snapshot one -%}\nselect 1\n{% endsnapshot %} {% snapshot two %}select 2{%endsnapshot%}\n';
    const { blocks, diagnostics } = read(content);
    expect(diagnostics).toEqual([]);
    expect(blocks.map(({ name, body }) => [name, body])).toEqual([
      ['one', '\nselect 1\n'],
      ['two', 'select 2'],
    ]);
    for (const block of blocks) {
      expect(block.content).toHaveLength(content.length);
      expect(block.content.trim()).toBe(block.body.trim());
      expect(block.content.indexOf('select')).toBe(content.indexOf(block.body.trim()));
    }
    expect(blocks[1]?.location).toMatchObject({ line: 4, column: 31, length: 3 });
  });

  it('takes no tag for one in raw text', () => {
    const { blocks } = read(
      "{% snapshot a %}select '{% raw %}{% endsnapshot %}{% endraw %}'{% endsnapshot %}",
    );
    expect(blocks.map(({ body }) => body)).toEqual([
      "select '{% raw %}{% endsnapshot %}{% endraw %}'",
    ]);
  });

  it.each([
    ['select 1', 'expected a {% snapshot name %} block'],
    ['{% snapshot a %}select 1', "the snapshot 'a' does not end"],
    [
      '{% snapshot a %}{% snapshot b %}{% endsnapshot %}',
      "'b' begins before the snapshot 'a' ends",
    ],
    ['{% endsnapshot %}', 'ends here that does not begin'],
  ])('refuses %s', (content, message) => {
    const [found] = read(content).diagnostics;
    expect(found).toMatchObject({ code: 'snapshot-invalid', severity: 'error' });
    expect(found?.message).toContain(message);
  });

  it('warns of text outside, comments excepted', () => {
    const block = '{% snapshot a %}select 1{% endsnapshot %}';
    expect(read(`-- a note\n${block}{# another #}`).diagnostics).toEqual([]);
    expect(read(`${block}\nselect 2`).diagnostics).toMatchObject([{ severity: 'warning' }]);
  });
});
