import { describe, expect, it } from 'vitest';
import { capturePython } from './capture-python.js';

const content = `import pandas as pd
def model(dbt, session):
    """ dbt.ref('text') """
    dbt.config(packages=['numpy'], materialized="incremental")
    # dbt.ref('comment')
    orders = dbt.ref("orders").df()
    return orders.join(dbt.ref('shop', 'prices')).join(dbt.source('raw', "rates")).join(other.ref('x'))
`;

describe('capturePython', () => {
  it('finds what a model reads and how it is materialized, not in comments', () => {
    const { captured, config } = capturePython({ path: 'm.py', kind: 'python-model', content });
    expect(captured.refs).toMatchObject([
      { name: 'orders', location: { path: 'm.py', line: 6, column: 14 } },
      { package: 'shop', name: 'prices', location: { line: 7 } },
    ]);
    expect(captured.sources).toMatchObject([{ source: 'raw', table: 'rates' }]);
    expect(config).toEqual({ materialized: 'incremental' });
  });

  it('leaves to the project what the file does not say', () => {
    const { config, captured } = capturePython({ path: 'm.py', kind: 'python-model', content: '' });
    expect(config).toEqual({});
    expect(captured).toMatchObject({ refs: [], sources: [] });
  });
});
