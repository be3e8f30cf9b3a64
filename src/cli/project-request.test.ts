import { describe, expect, it } from 'vitest';
import type { Invocation } from './invocation.js';
import { repeatFlags } from './project-request.js';

describe('repeatFlags', () => {
  const flagsFor = (options: Partial<Invocation['options']>): string =>
    repeatFlags({ options: { logFormat: 'text', color: true, ...options } } as Invocation);

  it('repeats what the next command needs to be about the same project', () => {
    expect(flagsFor({})).toBe('');
    expect(flagsFor({ quiet: true, projectDir: 'my shop', target: 'dev' })).toBe(
      " --project-dir 'my shop' --target dev",
    );
    expect(flagsFor({ vars: "{name: 'x'}" })).toBe(" --vars '{name: '\\''x'\\''}'");
    expect(flagsFor({ vars: `{name: ${'x'.repeat(1000)}}` })).toBe(" --vars '…'");
  });
});
