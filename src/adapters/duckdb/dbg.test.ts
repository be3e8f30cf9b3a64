import { it } from 'vitest';
import { createSqlToolkit } from '../../sql/index.js';
import { createDuckDbDialect } from './dialect.js';
import { openTestWarehouse, readAnswers, readTypeName } from './testing/trino-answers.js';
import { sameCanonical, toCanonical } from './testing/canonical-value.js';
const toolkit = createSqlToolkit();
const dialect = createDuckDbDialect(toolkit);
const families = (process.env['FAM'] ?? 'math,comparison,conditional,conversion,semantics,bitwise,string,array,map,lambda,datetime,json,url,regexp,binary').split(',');
function literals(node: any, out: any[]): void {
  if (node === null || typeof node !== 'object') return;
  if (Array.isArray(node)) { node.forEach((n) => literals(n, out)); return; }
  if (node.kind === 'subscript' ) { literals(node.base, out); if (node.base.kind!=='row') literals(node.index, out); return; }
  if (node.kind === 'json-path') { literals(node.input, out); return; }
  if (node.kind === 'at-time-zone') { literals(node.operand, out); return; }
  if (['number', 'string', 'binary', 'typed', 'interval', 'boolean'].includes(node.kind)) { if (node.kind==='unary') return; out.push(node); return; }
  if (node.kind === 'cast') { literals(node.operand, out); return; }
  if (node.kind === 'unary' && node.operand.kind === 'number') { out.push(node); return; }
  for (const [k, v] of Object.entries(node)) if (k !== 'nameSpan' && k !== 'type') literals(v, out);
}
it('x', async () => {
  const { connection } = await openTestWarehouse();
  for (const fam of families) {
    const counts: Record<string, number> = {};
    const bad: string[] = [];
    for (const a of readAnswers(fam)) {
      if (/select|x'|interval '/i.test(a.expr) && /select/i.test(a.expr)) continue;
      const e = toolkit.parseExpression(a.expr, { path: '' });
      if (!e.ok) continue;
      const lits: any[] = []; literals(e.value, lits);
      if (lits.length === 0) continue;
      const texts = lits.map((l) => a.expr.slice(l.start, l.end));
      const create = dialect.translate('select ' + texts.map((t, i) => `${t} as c${i}`).join(', '), { path: '' });
      if (!create.ok) continue;
      try { await connection.run('create or replace table lits as ' + create.value.sql); } catch { continue; }
      let text = a.expr;
      [...lits].map((l, i) => ({ l, i })).sort((x, y) => y.l.start - x.l.start).forEach(({ l, i }) => { text = text.slice(0, l.start) + `c${i}` + text.slice(l.end); });
      for (const mode of ['known', 'any']) {
        const t = dialect.translate(`select ${text} from lits`, { path: '', ...(mode === 'known' && { tableColumns: () => create.value.columns!.map((c) => ({ name: c.name!, type: c.type })) }) });
        let kind: string; let detail = '';
        if (!t.ok) { kind = 'refused'; if (mode==='known' && a.error===undefined) detail = t.diagnostics[0]!.message; }
        else {
          try {
            const r = await connection.runAndReadAll(t.value.sql);
            const ty: any = readTypeName(a.type ?? 'unknown');
            const k: any = t.value.columns?.[0]?.type;
            const v = toCanonical(r.getRows()[0]?.[0], k?.zone && ty.kind === 'timestamp' ? { ...ty, zone: k.zone } : ty);
            if (a.error !== undefined) { kind = 'WRONG-value'; detail = JSON.stringify(v); }
            else if (sameCanonical(v, a.value ?? null, ty)) kind = 'right';
            else { kind = 'WRONG'; detail = JSON.stringify(v); }
          } catch (err) { kind = a.error === undefined ? 'loud' : 'failed-too'; detail = String(err).split('\n')[0]!; }
        }
        counts[`${mode}:${kind}`] = (counts[`${mode}:${kind}`] ?? 0) + 1;
        const verbose = process.env['V'] ?? 'WRONG';
        if (new RegExp(verbose).test(`${mode}:${kind}`)) bad.push(`  ${mode} ${kind} ${a.expr}  -> expected ${a.error ?? JSON.stringify(a.value)} got ${detail}\n      ${t.ok ? t.value.sql.slice(0, 260) : ''}`);
      }
    }
    console.log(`${fam} ${JSON.stringify(counts)}\n${bad.join('\n')}`);
  }
}, 900000);
