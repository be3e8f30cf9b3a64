import { renderConfigValue } from '../../compile/render-config-value.js';
import { findProjectDir } from '../../project/find-project-dir.js';
import { defaultHub } from '../../project/packages/fetch-hub.js';
import { findInstallPath } from '../../project/packages/find-install-path.js';
import { installPackages } from '../../project/packages/install-packages.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';

export interface DepsOptions {
  readonly upgrade?: boolean;
}

/**
 * `deps`: installs what `packages.yml` asks for. No other command uses the network for packages. Codes: `package-invalid`,
 * `package-unreachable`, `project-not-found`.
 */
export async function deps(invocation: Invocation, options: DepsOptions): Promise<ExitCode> {
  const { print, printAfter, note, cwd, env } = invocation;
  const found = findProjectDir({ cwd, projectDir: invocation.options.projectDir });
  print(found.diagnostics);
  if (!found.ok) return exitCodes.invalid;
  const installPath = findInstallPath(found.value);
  print(installPath.diagnostics);
  if (!installPath.ok) return exitCodes.invalid;
  const installed = await installPackages({
    root: found.value,
    installPath: installPath.value,
    upgrade: options.upgrade === true,
    hub: env['STEDI_PACKAGE_HUB_URL'] ?? env['DBT_PACKAGE_HUB_URL'] ?? defaultHub,
    env,
    renderValue: (text, location) => renderConfigValue({ text, location, env, vars: {} }),
    note,
  });
  printAfter(installed.diagnostics);
  if (!installed.ok) return exitCodes.invalid;
  for (const line of installed.value) note(`  ${line}`);
  if (installed.value.length === 0) note('packages.yml asks for nothing.');
  return exitCodes.ok;
}
