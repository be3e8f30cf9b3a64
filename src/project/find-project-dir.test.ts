import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProjectDir } from './find-project-dir.js';
import { summarise, writeFolder } from './testing/temp-project.js';

describe('findProjectDir', () => {
  const project = { 'stedi_project.yml': 'name: a', 'models/deep/x.sql': 'select 1' };

  it.each([
    ['the folder itself', '.'],
    ['a folder above', 'models/deep'],
  ])('finds %s', (_, cwd) => {
    const root = writeFolder(project);
    expect(findProjectDir({ cwd: join(root, cwd) })).toMatchObject({ ok: true, value: root });
  });

  it('takes --project-dir relative to the working folder, and does not look above it', () => {
    const root = writeFolder(project);
    const found = findProjectDir({ cwd: join(root, 'models'), projectDir: '..' });
    expect(found).toMatchObject({ ok: true, value: root });
    expect(findProjectDir({ cwd: root, projectDir: 'models' }).ok).toBe(false);
  });

  it.each([
    [{ 'stedi_project.yaml': '' }, '(rename stedi_project.yaml to stedi_project.yml)'],
    [{ 'dbt_project.yaml': '' }, '(rename dbt_project.yaml to dbt_project.yml)'],
    [{ 'stedi_project.yml/x': '' }, '(change into the project folder, use --project-dir'],
  ])('says what to do with %j', (files, hint) => {
    const root = writeFolder(files);
    const found = findProjectDir({ cwd: '/', projectDir: root });
    expect(summarise(found.diagnostics)).toEqual([
      expect.stringContaining(
        `error project-not-found  expected stedi_project.yml or dbt_project.yml in ${root}, found none`,
      ),
    ]);
    expect(summarise(found.diagnostics)[0]).toContain(hint);
  });

  it('says so if the folder does not exist', () => {
    const found = findProjectDir({ cwd: '/', projectDir: '/nowhere/at/all' });
    expect(found.diagnostics[0]).toMatchObject({ code: 'project-not-found' });
  });
});
