import { errorDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import { describeSpec, withoutSecrets, type PackageSpec } from './package-spec.js';

/** Ends the installation of one package with a diagnostic; it never leaves `deps`. */
export class PackageError extends Error {
  constructor(readonly diagnostic: Diagnostic) {
    super(diagnostic.message);
  }
}

/** Returns the error of a package that could not be fetched. Code: `package-unreachable`. */
export function unreachable(spec: PackageSpec, reason: string, hint?: string): PackageError {
  const message = `the package '${describeSpec(spec)}' could not be fetched: ${withoutSecrets(reason)}`;
  return new PackageError(
    errorDiagnostic('package-unreachable', message, {
      location: spec.location,
      hint: hint ?? 'check the address and the network; what was installed before is still there',
    }),
  );
}

/** Returns the error of a package that is wrong itself. Code: `package-invalid`. */
export function invalidPackage(spec: PackageSpec, reason: string, hint: string): PackageError {
  const message = `the package '${describeSpec(spec)}' ${reason}`;
  return new PackageError(
    errorDiagnostic('package-invalid', message, { location: spec.location, hint }),
  );
}
